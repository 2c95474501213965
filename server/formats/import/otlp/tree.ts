/** Which spans are requests, and which belong to each. */

import type { ReadSpan } from './records.ts';

const SERVER = 2;
const CONSUMER = 5;

export interface SpanTree {
  /** Of the request itself. */
  root: ReadSpan;
  /** What is in it but for other requests: each after the one that contains it, by time. */
  inside: ReadSpan[];
}

/** A request is a server's span, or one that nothing in the file contains. */
export function treesOf(spans: ReadSpan[]): SpanTree[] {
  const known = new Set(spans.map(keyOf));
  const children = new Map<string, ReadSpan[]>();
  const roots: ReadSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.startTimeUnixNano - b.startTimeUnixNano)) {
    const parent = `${span.traceId} ${span.parentSpanId}`;
    const contained = span.parentSpanId && known.has(parent) && parent !== keyOf(span);
    if (span.kind === SERVER || span.kind === CONSUMER || !contained) roots.push(span);
    else children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  return roots.map((root) => ({ root, inside: below(root, children) }));
}

const keyOf = ({ traceId, spanId }: ReadSpan): string => `${traceId} ${spanId}`;

/** Without recursion: a chain may be as long as the file. */
function below(root: ReadSpan, children: Map<string, ReadSpan[]>): ReadSpan[] {
  const found: ReadSpan[] = [];
  const open = [...(children.get(keyOf(root)) ?? [])].reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    found.push(next);
    open.push(...(children.get(keyOf(next)) ?? []).toReversed());
  }
  return found;
}
