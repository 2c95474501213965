/** What capture costs, what it leaves out, and which of its hooks work. */

import type { MetricsEvent } from '../../server/stream/capture.ts';
import type { Microseconds } from '../../server/stream/protocol.ts';
import type { RequestRow } from './rows.ts';
import type { Store } from './store.ts';

/** Requests that the cost is taken from: the last so many. */
const SAMPLE = 500;
const SECOND: Microseconds = 1_000_000;

export interface Cost {
  /** Capture's part of the time that requests took, 0 … 1. */
  share: number;
  /** Of one request, on average. */
  own: Microseconds;
  duration: Microseconds;
}

/** Null while no request has ended. */
export function costOf({ rows }: Store): Cost | null {
  let [count, own, duration] = [0, 0, 0];
  for (let at = rows.length - 1; at >= 0 && count < SAMPLE; at -= 1) {
    const ended = (rows[at] as RequestRow).ended;
    if (!ended) continue;
    count += 1;
    own += ended.own;
    duration += ended.duration;
  }
  if (count === 0 || duration === 0) return null;
  return { share: own / duration, own: own / count, duration: duration / count };
}

export interface Load {
  /** Requests a second, all workers. */
  rate: number;
  /** Of them, told of with a trace. */
  full: number;
}

/** The last second of every worker. */
function lastOf(metrics: readonly MetricsEvent[]): MetricsEvent[] {
  const since = (metrics.at(-1)?.time ?? 0) - 2 * SECOND;
  const last = new Map<number, MetricsEvent>();
  for (const event of metrics.slice(-100)) {
    if (event.time > since) last.set(event['process.pid'], event);
  }
  return [...last.values()];
}

/** Null unless a worker leaves out what it would tell of otherwise. */
export function loadOf({ capture, metrics }: Store): Load | null {
  if (![...capture.values()].some(({ mode }) => mode === 'summary')) return null;
  const last = lastOf(metrics);
  const sum = (of: (event: MetricsEvent) => number) =>
    last.reduce((total, event) => total + of(event), 0);
  return { rate: sum(({ requests }) => requests), full: sum(({ full }) => full) };
}

/** By library: `on`, or why it is off in one worker at least. */
export function hooksOf({ capture }: Store): Map<string, string> {
  const hooks = new Map<string, string>();
  for (const event of capture.values()) {
    for (const [name, state] of Object.entries(event.hooks)) {
      if (state !== 'on' || !hooks.has(name)) hooks.set(name, state);
    }
  }
  return hooks;
}

/** Versions by library. */
export const librariesOf = ({ capture }: Store): Record<string, string> =>
  Object.assign({}, ...[...capture.values()].map(({ libraries }) => libraries));
