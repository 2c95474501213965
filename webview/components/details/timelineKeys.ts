/** The keys of the timeline, while it has the focus: those of a tree, and zooming. */

import { around, pan, zoom } from '../../model/trace/scale.ts';
import type { Timeline } from './timeline.ts';
import { SPAN_HEIGHT } from './timelineRow.ts';

function move(timeline: Timeline, by: number): void {
  const { rows, selected } = timeline;
  const at = rows.findIndex(({ index }) => index === selected);
  const next = Math.min(rows.length - 1, Math.max(0, at + by));
  const node = rows[next];
  if (node) timeline.select(node.index);
}

const page = ({ scroller }: Timeline): number => Math.floor(scroller.clientHeight / SPAN_HEIGHT);

/** Closes what is open, else goes to what it is in. */
function left(timeline: Timeline): void {
  const node = timeline.rows.find(({ index }) => index === timeline.selected);
  if (!node) return;
  const isOpen = node.children.length > 0 && !timeline.folded.has(node.index);
  if (isOpen) timeline.fold(node.index);
  else if (node.span.parent !== null) timeline.select(node.span.parent);
}

function right(timeline: Timeline): void {
  const { selected } = timeline;
  if (selected !== null && timeline.folded.has(selected)) timeline.fold(selected);
  else move(timeline, 1);
}

/** What the keys zoom about: the selected span, else the middle. */
function focusOf(timeline: Timeline): number {
  const { selected, range } = timeline;
  const span = timeline.nodeOf(selected)?.span;
  return span ? span.start + span.duration / 2 : (range.from + range.to) / 2;
}

const zoomBy = (timeline: Timeline, factor: number): void =>
  timeline.show(zoom(timeline.range, timeline.total, factor, focusOf(timeline)));

function zoomToSpan(timeline: Timeline): void {
  const { selected, total } = timeline;
  const span = timeline.nodeOf(selected)?.span;
  if (span) timeline.show(around(span.start, span.start + span.duration, total, 0.1));
}

const KEYS: Record<string, (timeline: Timeline) => void> = {
  ArrowDown: (timeline) => move(timeline, 1),
  ArrowUp: (timeline) => move(timeline, -1),
  PageDown: (timeline) => move(timeline, page(timeline)),
  PageUp: (timeline) => move(timeline, -page(timeline)),
  Home: (timeline) => move(timeline, -Infinity),
  End: (timeline) => move(timeline, Infinity),
  ArrowLeft: left,
  ArrowRight: right,
  Enter: zoomToSpan,
  '+': (timeline) => zoomBy(timeline, 0.6),
  '=': (timeline) => zoomBy(timeline, 0.6),
  '-': (timeline) => zoomBy(timeline, 1 / 0.6),
  '0': (timeline) => timeline.show(null),
};

const SIDEWAYS: Record<string, number> = { ArrowLeft: -0.2, ArrowRight: 0.2 };

export function handleTimelineKey(timeline: Timeline, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = event.shiftKey ? SIDEWAYS[event.key] : undefined;
  const act = KEYS[event.key];
  if (by === undefined && !act) return;
  event.preventDefault();
  event.stopPropagation();
  if (by === undefined) act?.(timeline);
  else timeline.show(pan(timeline.range, timeline.total, by));
}

/** For the help of the page. */
export const TIMELINE_KEYS: { keys: string[]; means: string }[] = [
  { keys: ['↑', '↓'], means: 'timeline: span' },
  { keys: ['←', '→'], means: 'timeline: fold, unfold' },
  { keys: ['Enter'], means: 'timeline: zoom to the span' },
  { keys: ['+', '-', '0'], means: 'timeline: zoom; all' },
  { keys: ['⇧←', '⇧→'], means: 'timeline: move in time' },
];
