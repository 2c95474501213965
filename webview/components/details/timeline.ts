/**
 * The timeline: the spans of a request as a tree beside their bars on one scale of time. Only the rows
 * that are visible are in the page. What is zoomed, folded and selected is the element's own.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { plural } from '../../format.ts';
import { type Joined, type JoinedNode, join } from '../../model/trace/joined.ts';
import { pan, type Range, ticks, zoom } from '../../model/trace/scale.ts';
import { flatten } from '../../model/trace/tree.ts';
import type { Opened } from './opened.ts';
import { spanView } from './span.ts';
import { axis, gridLines, marks } from './timelineAxis.ts';
import { handleTimelineKey } from './timelineKeys.ts';
import { overview } from './timelineOverview.ts';
import { rowView, SPAN_HEIGHT } from './timelineRow.ts';
import { callerView, visitView } from './visit.ts';

const OVERSCAN = 8;
const WHEEL_ZOOM = 0.0015;

export class Timeline extends LitElement {
  static override properties = { opened: { attribute: false } };

  declare opened: Opened;
  /** What is shown of the time; null for all of it. */
  #range: Range | null = null;
  readonly folded = new Set<number>();
  /** Index of a span. */
  selected: number | null = null;
  rows: JoinedNode[] = [];
  /** With what other services did. */
  #joined: Joined | null = null;
  #services: unknown;
  #height = 0;
  readonly #resized = new ResizeObserver(([entry]) => {
    this.#height = entry?.contentRect.height ?? 0;
    // What shows below it has taken some of its room.
    if (this.selected === null) this.requestUpdate();
    else this.select(this.selected);
  });

  /** No shadow root: one style sheet and one focus for the whole page. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this.scroller);
    // A wheel that zooms must not scroll; Lit's own listeners cannot say that they will not.
    this.addEventListener('wheel', (event) => this.#whenWheeled(event), { passive: false });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('opened') as Opened | undefined;
    if (before && before.details.trace !== this.opened.details.trace) this.#startOver();
    this.#join();
    this.rows = this.#joined ? flatten(this.#joined.roots, this.folded) : [];
  }

  /** What others did is folded at first: it is their own story. */
  #join(): void {
    const { panel, row, details } = this.opened;
    const services = panel.details.services.of(row);
    if (!details.trace || (this.#joined && services === this.#services)) return;
    this.#services = services;
    this.#joined = join(row, details.trace, services ?? []);
    for (const index of this.#joined.visits) this.folded.add(index);
  }

  nodeOf(index: number | null): JoinedNode | undefined {
    return index === null ? undefined : this.#joined?.nodes[index];
  }

  #startOver(): void {
    this.#range = null;
    this.#joined = null;
    this.selected = null;
    this.folded.clear();
    if (this.hasUpdated) this.scroller.scrollTop = 0;
  }

  get scroller(): HTMLElement {
    return this.querySelector('.t-scroller') as HTMLElement;
  }

  /** The end of the request, or of what outlived it. */
  get total(): number {
    return Math.max(this.#joined?.end ?? 1, this.opened.row.ended?.duration ?? 0);
  }

  get range(): Range {
    return this.#range ?? { from: 0, to: this.total };
  }

  show(range: Range | null): void {
    const isAll = range === null || range.to - range.from >= this.total;
    this.#range = isAll ? null : range;
    this.requestUpdate();
  }

  /** To be seen, too. */
  select(index: number): void {
    this.selected = index;
    const top = this.rows.findIndex((node) => node.index === index) * SPAN_HEIGHT;
    const { scrollTop } = this.scroller;
    const least = top + SPAN_HEIGHT - this.#height;
    this.scroller.scrollTop = Math.max(least, Math.min(top, scrollTop));
    this.requestUpdate();
  }

  fold(index: number): void {
    if (!this.folded.delete(index)) this.folded.add(index);
    this.requestUpdate();
  }

  /** Ctrl and the wheel zoom about the pointer, as does a pinch; sideways moves. */
  #whenWheeled(event: WheelEvent): void {
    const { range, total } = this;
    if (event.ctrlKey || event.metaKey) {
      const bars = this.querySelector('.t-axis')?.getBoundingClientRect();
      const share = bars ? (event.clientX - bars.left) / bars.width : 0.5;
      const about = range.from + Math.min(1, Math.max(0, share)) * (range.to - range.from);
      this.show(zoom(range, total, Math.exp(event.deltaY * WHEEL_ZOOM), about));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.show(pan(range, total, (event.deltaX || event.deltaY) / 800));
    } else return;
    event.preventDefault();
  }

  #rows(): TemplateResult {
    const top = this.hasUpdated ? this.scroller.scrollTop : 0;
    const first = Math.max(0, Math.floor(top / SPAN_HEIGHT) - OVERSCAN);
    const last = Math.ceil((top + (this.#height || 400)) / SPAN_HEIGHT) + OVERSCAN;
    const shown = this.rows.slice(first, last);
    return html`<div class="t-spacer" role="presentation" .style=${`height:${this.rows.length * SPAN_HEIGHT}px`}>
      <div role="presentation" .style=${`transform:translateY(${first * SPAN_HEIGHT}px)`}>
        ${shown.map((node, index) => rowView(this, node, first + index))}
      </div>
    </div>`;
  }

  #unlisted() {
    const groups = this.opened.details.trace?.groups ?? [];
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    if (count === 0) return nothing;
    return html`<p class="dim t-note">${plural(count, 'span')} past the bound are counted in the other tabs.</p>`;
  }

  #grid(): TemplateResult {
    const active = this.selected === null ? nothing : `span-${this.selected}`;
    return html`<div
      class="t-grid"
      role="treegrid"
      tabindex="0"
      aria-label="Spans"
      aria-rowcount=${this.rows.length}
      aria-activedescendant=${active}
      @keydown=${(event: KeyboardEvent) => handleTimelineKey(this, event)}
    >
      ${gridLines(this.range, ticks(this.range, 6))}
      <div class="t-scroller" role="presentation" @scroll=${() => this.requestUpdate()}>
        ${this.#rows()}
      </div>
    </div>`;
  }

  #selectedView() {
    const node = this.nodeOf(this.selected);
    if (!node) return nothing;
    const { guest } = node;
    return guest?.isRequest
      ? visitView(this.opened.panel, guest.visit)
      : spanView(this.opened, node);
  }

  protected override render(): TemplateResult {
    const { opened, range } = this;
    return html`${callerView(opened)} ${overview(this)} ${axis(range, ticks(range, 6))} ${marks(this)}
      ${this.#grid()} ${this.#unlisted()} ${this.#selectedView()}`;
  }
}

customElements.define('prefork-timeline', Timeline);
