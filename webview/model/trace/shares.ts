/** What of the app's time went into which kind of span, and what was the app's own code. */

import type { Microseconds, RequestEnded } from '../../../server/stream/protocol.ts';
import type { SpanKind, Trace } from '../../../server/stream/trace.ts';
import { type Node, treeOf } from './tree.ts';

export type ShareKind = Extract<SpanKind, 'sql' | 'template' | 'cache' | 'http'> | 'own';

export interface Share {
  kind: ShareKind;
  /** Exact; 0 for `own`. */
  count: number;
  /** Without the spans of other kinds in it, so that all shares sum to the app's time. */
  time: Microseconds;
}

const KINDS = ['sql', 'template', 'cache', 'http'] as const;

/** Time by kind, each moment counted for the innermost span alone. */
function exclusive(trace: Trace): Map<SpanKind, Microseconds> {
  const times = new Map<SpanKind, Microseconds>();
  const add = (kind: SpanKind, time: Microseconds) =>
    times.set(kind, (times.get(kind) ?? 0) + time);
  const waiting: Node[] = [...treeOf(trace)];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (!node.span.attributes.late) add(node.span.kind, node.own);
    waiting.push(...node.children);
  }
  for (const group of trace.groups) add(group.kind, group.duration);
  return times;
}

/** The app's time: its call and its iterable. Null when neither is known. */
function appTime({ phases }: RequestEnded): Microseconds | null {
  if (phases.app === null && phases.iterate === null) return null;
  return (phases.app ?? 0) + (phases.iterate ?? 0);
}

/** Without a trace what is known are the totals, which may contain each other. */
export function sharesOf(ended: RequestEnded, trace: Trace | null): Share[] {
  const times = trace ? exclusive(trace) : null;
  let left = appTime(ended) ?? ended.duration;
  const shares: Share[] = [];
  for (const kind of KINDS) {
    const total = ended.totals[kind];
    if (!total || total.count === 0) continue;
    const time = Math.min(left, times?.get(kind) ?? total.duration);
    left -= time;
    shares.push({ kind, count: total.count, time });
  }
  return shares.length > 0 ? [...shares, { kind: 'own', count: 0, time: left }] : [];
}
