/** A menu: of a worker, of the columns, of a logger. One at a time, where it was asked for. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
import { icon } from './parts.ts';

export interface MenuItem {
  text: string;
  /** That does the same without the menu. */
  key?: string;
  /** Set apart from those above. */
  begins?: boolean;
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
  /** Gets the focus back. */
  from: HTMLElement | null;
  /** Several of its entries may be wanted, one after the other. */
  stays?: boolean;
}

type Asked = Omit<Menu, 'from' | 'right' | 'top'>;

/** Room for a menu, so that it lies within the page. */
const WIDTH = 190;
const ENTRY = 25;
const MARGIN = 16;

/** Where it begins: as far up as its entries need; it scrolls when the page is too low for them. */
function topFor(y: number, items: readonly MenuItem[]): number {
  const height = (items.length + 1) * ENTRY;
  return Math.max(MARGIN / 2, Math.min(y, window.innerHeight - height - MARGIN));
}

/** Below what was clicked; the first entry takes the focus when it is drawn. */
export function openMenuAt(panel: Panel, event: MouseEvent, menu: Asked): void {
  event.preventDefault();
  const from = event.currentTarget as HTMLElement;
  const { bottom, right } = from.getBoundingClientRect();
  const room = window.innerWidth - WIDTH;
  const top = topFor(bottom, menu.items());
  const fromRight = Math.max(0, Math.min(room, window.innerWidth - right));
  panel.openMenu({ ...menu, from, top, right: fromRight });
}

/** At the pointer; by the key for menus, below what it is about. */
export function openMenuFor(
  panel: Panel,
  event: MouseEvent,
  subject: Element | null,
  menu: Asked,
): void {
  event.preventDefault();
  const { left, right, bottom } = (subject ?? document.body).getBoundingClientRect();
  const isPointed = event.button === 2;
  const x = isPointed ? event.clientX : Math.min(left + WIDTH / 2, right);
  const y = isPointed ? event.clientY : bottom;
  panel.openMenu({
    ...menu,
    from: subject?.closest<HTMLElement>('[tabindex]') ?? null,
    top: topFor(y, menu.items()),
    right: Math.max(0, window.innerWidth - x - WIDTH),
  });
}

function close(panel: Panel): void {
  const from = panel.menu?.from;
  panel.closeMenu();
  from?.focus();
}

/** Up and down go round; an entry's key is that entry's; none goes on to the page. */
function handleKey(panel: Panel, menu: Menu, event: KeyboardEvent): void {
  event.stopPropagation();
  if (event.key === 'Enter' || event.key === ' ') return;
  event.preventDefault();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const meant = menu.items().find(({ key }) => key === event.key);
  if (step !== undefined) moveFocus(event.currentTarget as HTMLElement, step);
  else if (event.key === 'Escape' || event.key === 'Tab') close(panel);
  else if (meant) choose(panel, menu, meant);
}

function moveFocus(menu: HTMLElement, step: number): void {
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items.at((at + step) % items.length)?.focus();
}

function choose(panel: Panel, { stays }: Menu, { action }: MenuItem): void {
  if (!stays) close(panel);
  action();
}

function whenLeft(panel: Panel, event: FocusEvent): void {
  const menu = event.currentTarget as HTMLElement;
  if (!menu.contains(event.relatedTarget as Node | null)) panel.closeMenu();
}

function entry(panel: Panel, menu: Menu, item: MenuItem): TemplateResult {
  const { text, key, begins, checked } = item;
  const isOption = checked !== undefined;
  return html`${begins ? html`<hr />` : nothing}<button
      role=${isOption ? 'menuitemcheckbox' : 'menuitem'}
      aria-checked=${isOption ? checked : nothing}
      aria-keyshortcuts=${key ?? nothing}
      @click=${() => choose(panel, menu, item)}
      @mousemove=${(event: MouseEvent) => (event.currentTarget as HTMLElement).focus()}
    >
      <span>${isOption ? icon(checked ? 'check' : 'blank') : nothing} ${text}</span>
      ${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
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
    @keydown=${(event: KeyboardEvent) => handleKey(panel, menu, event)}
    @focusout=${(event: FocusEvent) => whenLeft(panel, event)}
  >
    ${menu.items().map((item) => entry(panel, menu, item))}
  </div>`;
}
