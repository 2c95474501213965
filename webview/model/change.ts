/** What is other in a request than in the last run of its route on the code before, by the totals of both. */

import type { Before, Microseconds, RequestEnded } from '../../server/stream/protocol.ts';
import type { SpanKind, Total } from '../../server/stream/trace.ts';
import { count, duration } from '../format.ts';

export interface Change {
  change: 'faster' | 'slower' | 'same';
  /** Below 0 when it takes less time now. */
  by: Microseconds;
}

/** Less than this of the time before, or than a millisecond, says nothing. */
const LEAST_SHARE = 0.1;
const LEAST: Microseconds = 1000;

export function changeOf(ended: RequestEnded, before: Before): Change {
  const by = ended.duration - before.duration;
  const isSame = Math.abs(by) < Math.max(LEAST, before.duration * LEAST_SHARE);
  return { change: isSame ? 'same' : by < 0 ? 'faster' : 'slower', by };
}

/** `655 → 412 ms`; the unit once where it is the same. */
export function fromTo(before: Microseconds, after: Microseconds): string {
  const [from, to] = [duration(before), duration(after)];
  const [, figure, unit] = /^([\d.]+) (\S+)$/.exec(from) ?? [];
  return `${unit !== undefined && to.endsWith(` ${unit}`) ? figure : from} → ${to}`;
}

const NAMES: [kind: SpanKind, name: string][] = [
  ['sql', 'SQL'],
  ['template', 'templates'],
  ['http', 'outgoing HTTP'],
  ['cache', 'cache'],
];

const NONE: Total = { count: 0, duration: 0 };

/** `SQL 181 → 101`; what is as it was is left out. */
function countsOf(ended: RequestEnded, before: Before): string[] {
  return NAMES.flatMap(([kind, name]) => {
    const [from, to] = [before.totals[kind] ?? NONE, ended.totals[kind] ?? NONE];
    return from.count === to.count ? [] : [`${name} ${count(from.count)} → ${count(to.count)}`];
  });
}

function statusOf(ended: RequestEnded, before: Before): string[] {
  const [from, to] = [before, ended].map((one) => one['http.response.status_code'] ?? 'none');
  return from === to ? [] : [`status ${from} → ${to}`];
}

/** `655 → 412 ms, SQL 181 → 101` */
export const changeWords = (ended: RequestEnded, before: Before): string =>
  [
    ...statusOf(ended, before),
    fromTo(before.duration, ended.duration),
    ...countsOf(ended, before),
  ].join(', ');
