/** A menu: of a worker, of the columns, of a logger. One at a time, where it was asked for. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
import { icon } from './parts.ts';

export interface MenuItem {
  text: string;
  /** Of one that can be switched on and off. */
  checked?: boolean;
  action: () => void;
}

export interface Menu {
  label: string;
  /** Made at each drawing, so that it tells how things are. */
  items: () => MenuItem[];
  /** Pixels from the right edge and the top of the page. */
  right: number;
  top: number;
  /** Several of its entries may be wanted, one after the other. */
  stays?: boolean;
}

/** Room for a menu's width, so that it lies within the page. */
const WIDTH = 190;

/** Below what was clicked; the first entry takes the focus when it is drawn. */
export function openMenuAt(
  panel: Panel,
  event: MouseEvent,
  menu: Omit<Menu, 'right' | 'top'>,
): void {
  event.preventDefault();
  const { bottom, right } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const room = window.innerWidth - WIDTH;
  const top = Math.min(bottom, window.innerHeight / 3);
  panel.openMenu({ ...menu, top, right: Math.max(0, Math.min(room, window.innerWidth - right)) });
}

/** At the pointer; by the key for menus, below what it is about. */
export function openMenuFor(
  panel: Panel,
  event: MouseEvent,
  subject: Element | null,
  menu: Omit<Menu, 'right' | 'top'>,
): void {
  event.preventDefault();
  const { left, right, bottom } = (subject ?? document.body).getBoundingClientRect();
  const isPointed = event.button === 2;
  const x = isPointed ? event.clientX : Math.min(left + WIDTH / 2, right);
  const y = isPointed ? event.clientY : bottom;
  panel.openMenu({
    ...menu,
    top: Math.min(y, window.innerHeight / 2),
    right: Math.max(0, window.innerWidth - x - WIDTH),
  });
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

function entry(panel: Panel, menu: Menu, { text, checked, action }: MenuItem): TemplateResult {
  const choose = (): void => {
    if (!menu.stays) panel.closeMenu();
    action();
  };
  const isOption = checked !== undefined;
  return html`<button
    role=${isOption ? 'menuitemcheckbox' : 'menuitem'}
    aria-checked=${isOption ? checked : nothing}
    @click=${choose}
  >
    ${isOption ? icon(checked ? 'check' : 'blank') : nothing} ${text}
  </button>`;
}

export function menuView(panel: Panel): TemplateResult | typeof nothing {
  const { menu } = panel;
  if (!menu) return nothing;
  return html`<div
    class="menu"
    role="menu"
    aria-label=${menu.label}
    .style=${`right: ${menu.right}px; top: ${menu.top}px; max-height: calc(100vh - ${menu.top + 16}px)`}
    @keydown=${(event: KeyboardEvent) => handleKey(panel, event)}
    @focusout=${(event: FocusEvent) => whenLeft(panel, event)}
  >
    ${menu.items().map((item) => entry(panel, menu, item))}
  </div>`;
}
