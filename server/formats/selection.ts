/** The requests that are to be handed over, found in the store in one pass. */

import type { KeptEvent } from '../stream/protocol.ts';
import type { Store } from '../stream/store.ts';
import { type Captured, outcomeOf } from './captured.ts';

export interface Selection {
  ids: string[];
  /** With its trace, which is opened only now: all of them together are too much. */
  open(id: string): Captured | null;
}

/** Those of `wanted` that are kept, or all; by when they started. */
export function select(store: Store, wanted: readonly string[]): Selection {
  const kept = byRequest(store.history(0));
  const chosen = new Set(wanted);
  const ids = [...kept]
    .filter(([id]) => chosen.size === 0 || chosen.has(id))
    .sort(([, a], [, b]) => outcomeOf(a).started - outcomeOf(b).started)
    .map(([id]) => id);
  return {
    ids,
    open: (id) => {
      const found = kept.get(id);
      return found ? { ...found, trace: store.trace(id) } : null;
    },
  };
}

function byRequest(events: KeptEvent[]): Map<string, Captured> {
  const found = new Map<string, Captured>();
  for (const event of events) {
    if (event.type === 'request.ended' || event.type === 'request.started') {
      found.set(event.request, { request: event, logs: [], exceptions: [], trace: null });
    }
  }
  for (const event of events) {
    if (event.type === 'log') found.get(event.request ?? '')?.logs.push(event);
    if (event.type === 'exception') found.get(event.request ?? '')?.exceptions.push(event);
  }
  return found;
}
