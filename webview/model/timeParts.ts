/** Where a request's time went, in parts that sum to its total. */

import type { Microseconds, RequestEnded, RequestPhases } from '../../server/stream/protocol.ts';
import type { SpanKind } from '../../server/stream/trace.ts';

export type TimePart = 'read' | SpanKind | 'own' | 'write' | 'close' | 'unaccounted';

export interface Part {
  part: TimePart;
  time: Microseconds;
}

/** Kinds whose time is not the app's own code; what may contain others comes last. */
const KINDS = ['sql', 'http', 'cache', 'template'] as const;

/** In these the app's code runs, and its spans with it. */
const inApp = ({ app, iterate }: RequestPhases): Microseconds => (app ?? 0) + (iterate ?? 0);

/**
 * The time of the app by kind of span; the rest is the app's own code. Spans overlap where one
 * contains another (a template that runs queries) or where they ran in several threads: each kind gets
 * at most what those before it have left.
 */
function appParts({ phases, totals }: RequestEnded): Part[] {
  let left = inApp(phases);
  const parts: Part[] = KINDS.map((kind) => {
    const time = Math.min(left, totals[kind]?.duration ?? 0);
    left -= time;
    return { part: kind, time };
  });
  return [...parts, { part: 'own', time: left }];
}

/** In the order in which they are drawn, none of them 0. */
export function timeParts(ended: RequestEnded): Part[] {
  const { phases, duration } = ended;
  const known: Part[] = [
    { part: 'read', time: phases.read ?? 0 },
    ...appParts(ended),
    { part: 'write', time: phases.write ?? 0 },
    { part: 'close', time: phases.close ?? 0 },
  ];
  const rest = duration - known.reduce((sum, { time }) => sum + time, 0);
  const parts = [...known, { part: 'unaccounted' as const, time: Math.max(0, rest) }];
  return parts.filter(({ time }) => time > 0);
}
