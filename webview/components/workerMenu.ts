/** What can be done with one worker: the menu of its chip. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';

interface Item {
  text: string;
  action: () => void;
}

function itemsFor(panel: Panel, worker: number): Item[] {
  return [
    { text: 'Show Only Its Requests', action: () => panel.toggleWord(`worker:${worker}`) },
    { text: 'Restart Worker', action: () => void panel.restartWorker(worker) },
    { text: 'Debug Worker', action: () => void panel.debugWorker(worker) },
  ];
}

/** Up and down go round; everything that is not of the menu closes it. */
function handleKey(panel: Panel, event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape' || event.key === 'Tab') panel.closeMenu();
  else if (step === undefined) return;
  event.stopPropagation();
  event.preventDefault();
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items.at((at + (step ?? 0)) % items.length)?.focus();
}

function whenLeft(panel: Panel, event: FocusEvent): void {
  const menu = event.currentTarget as HTMLElement;
  if (!menu.contains(event.relatedTarget as Node | null)) panel.closeMenu();
}

export function workerMenu(panel: Panel): TemplateResult | typeof nothing {
  const { menu } = panel;
  if (!menu) return nothing;
  const entry = ({ text, action }: Item) => html`<button
    role="menuitem"
    @click=${() => {
      panel.closeMenu();
      action();
    }}
  >
    ${text}
  </button>`;
  return html`<div
    class="menu"
    role="menu"
    aria-label="Worker ${menu.worker}"
    .style=${`right: ${menu.right}px; top: ${menu.top}px`}
    @keydown=${(event: KeyboardEvent) => handleKey(panel, event)}
    @focusout=${(event: FocusEvent) => whenLeft(panel, event)}
  >
    ${itemsFor(panel, menu.worker).map(entry)}
  </div>`;
}
