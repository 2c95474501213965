/** The part of a request's time that the timeline shows, and where in it something lies. */

import type { Microseconds } from '../../../server/stream/protocol.ts';

export interface Range {
  from: Microseconds;
  to: Microseconds;
}

/** Closer than this there is nothing to see: times are whole microseconds. */
const LEAST = 20;

const sizeOf = ({ from, to }: Range): Microseconds => to - from;

/** The same size, moved to where there is time; all of it when it is too large. */
function within({ from, to }: Range, total: Microseconds): Range {
  const size = Math.min(total, Math.max(Math.min(LEAST, total), to - from));
  const start = Math.max(0, Math.min(from, total - size));
  return { from: start, to: start + size };
}

/** `factor` below 1 shows less, larger; what is at `about` stays where it is. */
export function zoom(range: Range, total: Microseconds, factor: number, about: number): Range {
  const size = Math.min(total, Math.max(Math.min(LEAST, total), sizeOf(range) * factor));
  const share = (about - range.from) / (sizeOf(range) || 1);
  const from = about - share * size;
  return within({ from, to: from + size }, total);
}

/** `by` is a share of what is shown. */
export function pan(range: Range, total: Microseconds, by: number): Range {
  const way = by * sizeOf(range);
  return within({ from: range.from + way, to: range.to + way }, total);
}

/** What a person marked, in either direction, with some room beside it. */
export function around(one: number, other: number, total: Microseconds, room = 0): Range {
  const from = Math.min(one, other);
  const to = Math.max(one, other);
  const beside = (to - from) * room;
  return within({ from: from - beside, to: to + beside }, total);
}

/** In percent of what is shown; null for what lies outside. */
export function spot(
  range: Range,
  start: number,
  duration: number,
): [left: number, width: number] | null {
  const from = Math.max(start, range.from);
  const to = Math.min(start + duration, range.to);
  if (to < from) return null;
  const percent = 100 / (sizeOf(range) || 1);
  return [(from - range.from) * percent, (to - from) * percent];
}

/** At most `limit` round times within the range, equally far apart. */
export function ticks(range: Range, limit: number): Microseconds[] {
  const least = Math.max(1, sizeOf(range) / limit);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= least) ?? least;
  const first = Math.ceil(range.from / step);
  const last = Math.floor(range.to / step);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => (first + index) * step,
  );
}
