/**
 * A list of any length, of which only the visible rows are in the page. All rows are equally high.
 * Where it is scrolled to is given from outside, as a row and an offset into it or "at the end":
 * so rows that come, go or are filtered out above never move what a person is reading.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { plural } from '../format.ts';
import { lowerBound } from '../model/sorted.ts';
import { AT_END, type ListPosition } from '../model/viewState.ts';
import { type Column, cellsOf, fitting, headerOf, tracks } from './columns.ts';
import { icon } from './parts.ts';

export const ROW_HEIGHT = 22;
const OVERSCAN = 6;

export interface RowView<Item, Celled extends Item = Item> {
  keyOf: (item: Item) => number;
  className: (item: Item) => string;
  /** Whether it has cells; else it is drawn by `across`. */
  hasCells: (item: Item) => item is Celled;
  across?: (item: Item) => TemplateResult;
  /** All that its cells are made of, so that they are drawn again only if it differs. */
  depends: (item: Item) => unknown[];
}

export class VirtualList<Item, Celled extends Item = Item> extends LitElement {
  static override properties = {
    items: { attribute: false },
    view: { attribute: false },
    columns: { attribute: false },
    label: {},
    cursor: { attribute: false },
    position: { attribute: false },
  };

  declare items: readonly Item[];
  declare view: RowView<Item, Celled>;
  declare columns: readonly Column<Celled>[];
  declare label: string;
  /** Key of the row that the keys move from; kept in view when it changes. */
  declare cursor: number | null;
  declare position: ListPosition;
  declare onScrolled: (position: ListPosition) => void;
  declare onPicked: (key: number) => void;
  /** The header was clicked with the right button. */
  declare onHeaderMenu: (event: MouseEvent) => void;

  #height = 0;
  /** Where it is scrolled to, as far as is known: to ask the page would make it lay itself out. */
  #at = 0;
  #width = 0;
  /** The columns that find room. */
  #fitting: readonly Column<Celled>[] = [];
  /** Key of the newest row that has been visible. */
  #seen = 0;
  readonly #resized = new ResizeObserver(([entry]) => {
    this.#height = entry?.contentRect.height ?? 0;
    this.#width = entry?.contentRect.width ?? 0;
    this.#fitting = fitting(this.columns, this.#width);
    this.#at = this.#scroller.scrollTop;
    this.requestUpdate();
  });

  constructor() {
    super();
    this.items = [];
    this.cursor = null;
    this.position = AT_END;
  }

  /** No shadow root: one style sheet and one focus for the whole page. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this.#scroller);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('columns')) this.#fitting = fitting(this.columns, this.#width);
    if (changed.has('cursor') && changed.get('cursor') !== undefined) this.#reveal();
  }

  protected override updated(): void {
    const top = this.#scrollTop();
    // A pixel of rounding is not worth a scroll event.
    if (Math.abs(this.#at - top) <= 1) return;
    this.#scroller.scrollTop = top;
    this.#at = top;
  }

  get #scroller(): HTMLElement {
    return this.querySelector('.scroller') as HTMLElement;
  }

  get #end(): number {
    return Math.max(0, this.items.length * ROW_HEIGHT - this.#height);
  }

  #indexOf(key: number): number {
    return lowerBound(this.items, key, this.view.keyOf);
  }

  #scrollTop(): number {
    const { follow, top, offset } = this.position;
    return follow ? this.#end : Math.min(this.#end, this.#indexOf(top) * ROW_HEIGHT + offset);
  }

  /** At this pixel, and to stay there. */
  #rowAt(scrollTop: number): ListPosition {
    const first = this.items[Math.floor(scrollTop / ROW_HEIGHT)];
    const top = first === undefined ? 0 : this.view.keyOf(first);
    return { follow: false, top, offset: scrollTop % ROW_HEIGHT };
  }

  /** A person who has picked a row does not want it to scroll away; the newest is followed. */
  #reveal(): void {
    const index = this.cursor === null ? -1 : this.#indexOf(this.cursor);
    if (index < 0 || index >= this.items.length) return;
    const start = index * ROW_HEIGHT;
    const least = start + ROW_HEIGHT - this.#height;
    const scrollTop = Math.max(least, Math.min(start, this.#scrollTop()));
    this.position = index === this.items.length - 1 ? AT_END : this.#rowAt(scrollTop);
    this.onScrolled(this.position);
  }

  #whenScrolled(): void {
    const { scrollTop } = this.#scroller;
    this.#at = scrollTop;
    if (Math.abs(scrollTop - this.#scrollTop()) <= 2) return;
    this.position = scrollTop >= this.#end - 2 ? AT_END : this.#rowAt(scrollTop);
    this.onScrolled(this.position);
  }

  #whenClicked(event: Event): void {
    const row = (event.target as Element).closest<HTMLElement>('[data-key]');
    if (row) this.onPicked(Number(row.dataset['key']));
  }

  #rowView(item: Item, index: number): TemplateResult {
    const key = this.view.keyOf(item);
    const selected = key === this.cursor;
    return html`<div
      class="row ${this.view.className(item)} ${selected ? 'selected' : ''}"
      role="row"
      id="row-${key}"
      data-key=${key}
      aria-rowindex=${index + 2}
      aria-selected=${selected}
    >
      ${guard([key, this.#fitting, ...this.view.depends(item)], () => this.#cells(item))}
    </div>`;
  }

  #cells(item: Item) {
    return this.view.hasCells(item) ? cellsOf(this.#fitting, item) : this.view.across?.(item);
  }

  /** How many rows came below the edge since the list was last at its end. */
  #unseen(last: number): number {
    const item = this.items[Math.min(last, this.items.length) - 1];
    this.#seen = item === undefined ? 0 : Math.max(this.#seen, this.view.keyOf(item));
    return this.items.length - this.#indexOf(this.#seen + 1);
  }

  #newRows(last: number) {
    const unseen = this.#unseen(last);
    if (this.position.follow || unseen === 0) return nothing;
    return html`<button class="new-rows" @click=${() => this.onScrolled(AT_END)}>
      ${icon('arrow-down')} ${plural(unseen, 'new row')}
    </button>`;
  }

  protected override render(): TemplateResult {
    const scrollTop = this.#scrollTop();
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN);
    const visible = Math.ceil((scrollTop + this.#height) / ROW_HEIGHT);
    const rows = this.items.slice(first, visible + OVERSCAN);
    return html`<div
        class="grid"
        role="grid"
        tabindex="0"
        .style=${`--tracks: ${tracks(this.#fitting)}`}
        aria-label=${this.label}
        aria-rowcount=${this.items.length + 1}
        aria-activedescendant=${this.cursor === null ? nothing : `row-${this.cursor}`}
      >
        <div @contextmenu=${this.onHeaderMenu} role="rowgroup">${headerOf(this.#fitting)}</div>
        <div
          class="scroller"
          role="rowgroup"
          @scroll=${this.#whenScrolled}
          @click=${this.#whenClicked}
        >
          <div class="spacer" role="presentation" .style=${`height:${this.items.length * ROW_HEIGHT}px`}>
            <div class="window" role="presentation" .style=${`transform:translateY(${first * ROW_HEIGHT}px)`}>
              ${repeat(rows, this.view.keyOf, (item, index) => this.#rowView(item, first + index))}
            </div>
          </div>
        </div>
      </div>
      ${this.#newRows(visible)}`;
  }
}

customElements.define('prefork-list', VirtualList);
