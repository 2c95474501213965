/**
 * The profile of a slow request: as boxes in the order of time or the heaviest first, on a canvas; or as
 * a table of files. What is zoomed, selected and looked for is the element's own.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Profile } from '../../../../server/stream/profile.ts';
import { boxAt, depthOf, type Flame, heaviestFirst, inTime } from '../../../model/profile/flame.ts';
import { sampledEnd, sampledTime } from '../../../model/profile/functions.ts';
import { around, pan, type Range, zoom } from '../../../model/trace/scale.ts';
import type { ProfileOrder } from '../../../model/viewState.ts';
import { icon } from '../../parts.ts';
import type { Opened } from '../opened.ts';
import { BOX_HEIGHT } from './boxes.ts';
import { watchTheme } from './colours.ts';
import { createFileTable } from './fileTable.ts';
import { barView } from './flameBar.ts';
import { drawFlame } from './flameDrawing.ts';
import { graphView } from './flameView.ts';

const WHEEL_ZOOM = 0.0015;

export class FlameGraph extends LitElement {
  static override properties = { opened: { attribute: false }, order: { attribute: false } };

  declare opened: Opened;
  declare order: ProfileOrder;
  /** What is shown of the time; null for all of it. */
  #range: Range | null = null;
  /** What was shown before, to go back to. */
  readonly #back: (Range | null)[] = [];
  selected: Flame | null = null;
  hovered: Flame | null = null;
  /** Of the pointer, in pixels from the corner of the graph. */
  pointer = { x: 0, y: 0 };
  query = '';
  readonly table = createFileTable(() => this.requestUpdate());
  #stopWatching: () => void = () => {};
  readonly #resized = new ResizeObserver(() => this.requestUpdate());
  #observed: Element | null = null;

  /** No shadow root: one style sheet and one focus for the whole page. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWatching = watchTheme(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching();
    this.#resized.disconnect();
    this.#observed = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('opened') as Opened | undefined;
    const isOther = before && before.details.trace !== this.opened.details.trace;
    if (isOther || changed.has('order')) this.#startOver();
  }

  #startOver(): void {
    this.#range = null;
    this.#back.length = 0;
    this.selected = null;
    this.hovered = null;
  }

  get profile(): Profile | undefined {
    return this.opened.details.trace?.profile;
  }

  get isInTime(): boolean {
    return this.order === 'time';
  }

  rootOf(profile: Profile): Flame {
    return this.isInTime ? inTime(profile) : heaviestFirst(profile);
  }

  /** All there is to see, in microseconds. */
  get total(): number {
    const { profile } = this;
    if (!profile) return 1;
    const end = Math.max(sampledEnd(profile), this.opened.row.ended?.duration ?? 0);
    return this.isInTime ? end : sampledTime(profile);
  }

  get range(): Range {
    return this.#range ?? { from: 0, to: this.total };
  }

  get isZoomed(): boolean {
    return this.#range !== null;
  }

  get scroller(): HTMLElement | null {
    return this.querySelector('.f-scroller');
  }

  show(range: Range | null): void {
    const isAll = range === null || range.to - range.from >= this.total;
    this.#range = isAll ? null : range;
    this.requestUpdate();
  }

  /** To be gone back from. */
  zoomTo({ start, duration }: Flame): void {
    const to = around(start, start + duration, this.total);
    if (to.from === this.range.from && to.to === this.range.to) return;
    this.#back.push(this.#range);
    this.show(to);
  }

  zoomBy(factor: number, about = (this.range.from + this.range.to) / 2): void {
    this.show(zoom(this.range, this.total, factor, about));
  }

  panBy(share: number): void {
    this.show(pan(this.range, this.total, share));
  }

  /** False when there is nothing to go back from. */
  goBack(): boolean {
    if (!this.isZoomed) return false;
    this.show(this.#back.pop() ?? null);
    return true;
  }

  showAll(): void {
    this.#back.length = 0;
    this.show(null);
  }

  /** To be seen, too. */
  select(flame: Flame | null): void {
    this.selected = flame;
    this.requestUpdate();
    const { scroller } = this;
    if (!flame || !scroller) return;
    const top = flame.depth * BOX_HEIGHT;
    const least = top + BOX_HEIGHT - scroller.clientHeight;
    scroller.scrollTop = Math.max(least, Math.min(top, scroller.scrollTop));
    const { start, duration } = flame;
    const { from, to } = this.range;
    // What the keys come to beside what is shown is shown.
    if (start >= to || start + duration <= from) this.zoomTo(flame.parent ?? flame);
  }

  search(query: string): void {
    this.query = query.toLowerCase();
    this.requestUpdate();
  }

  #timeAt({ clientX }: MouseEvent): number {
    const { left, width } = (this.scroller as Element).getBoundingClientRect();
    const { from, to } = this.range;
    return from + ((clientX - left) / (width || 1)) * (to - from);
  }

  flameAt(event: MouseEvent): Flame | null {
    const { scroller, profile } = this;
    if (!scroller || !profile) return null;
    const y = event.clientY - scroller.getBoundingClientRect().top + scroller.scrollTop;
    return boxAt(this.rootOf(profile), this.#timeAt(event), Math.floor(y / BOX_HEIGHT));
  }

  hover(event: PointerEvent | null): void {
    const before = this.hovered;
    this.hovered = event && this.flameAt(event);
    const corner = this.scroller?.getBoundingClientRect();
    if (event && corner) {
      this.pointer = { x: event.clientX - corner.left, y: event.clientY - corner.top };
    }
    if (before || this.hovered) this.requestUpdate();
  }

  /** Ctrl and the wheel zoom about the pointer, as does a pinch; sideways moves. */
  wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      this.zoomBy(Math.exp(event.deltaY * WHEEL_ZOOM), this.#timeAt(event));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.panBy((event.deltaX || event.deltaY) / 800);
    } else return;
    event.preventDefault();
  }

  get height(): number {
    return this.profile ? depthOf(this.rootOf(this.profile)) * BOX_HEIGHT : 0;
  }

  protected override updated(): void {
    this.#observe();
    drawFlame(this);
  }

  #observe(): void {
    const { scroller } = this;
    if (scroller === this.#observed) return;
    this.#resized.disconnect();
    this.#observed = scroller;
    if (!scroller) return;
    this.#resized.observe(scroller);
    // A wheel that zooms must not scroll; Lit's own listeners cannot say that they will not.
    scroller.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  protected override render(): TemplateResult {
    const { profile } = this;
    if (!profile) return html`${icon('loading', 'spin')}`;
    const isTable = this.order === 'files';
    const content = isTable ? this.table.view(this.opened, profile) : graphView(this, profile);
    return html`${barView(this, profile)} ${content ?? nothing}`;
  }
}

customElements.define('prefork-flame', FlameGraph);
