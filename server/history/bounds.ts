/** What a history holds at most: the newest of each kind of event. */

import type {
  ExceptionEvent,
  KeptEvent,
  LogEvent,
  ReloadEvent,
  RequestEnded,
} from '../stream/protocol.ts';
import { createRing } from '../stream/ring.ts';

export type HistoricEvent = RequestEnded | LogEvent | ExceptionEvent | ReloadEvent;

export interface HistoryLimits {
  requests: number;
  logs: number;
  exceptions: number;
  reloads: number;
  /** Of text, before it is compressed; with the traces, which are most of it. */
  bytes: number;
}

export const HISTORY_LIMITS: HistoryLimits = {
  requests: 1_000,
  logs: 5_000,
  exceptions: 500,
  reloads: 200,
  bytes: 16 * 1024 * 1024,
};

export interface Selection {
  add(event: KeptEvent): void;
  /** In the order of their numbers. */
  events(): HistoricEvent[];
  readonly empty: boolean;
  clear(): void;
}

/** Takes what a history keeps, and forgets the oldest past the limits. */
export function createSelection(limits: HistoryLimits): Selection {
  const rings = {
    'request.ended': createRing<HistoricEvent>(limits.requests),
    log: createRing<HistoricEvent>(limits.logs),
    exception: createRing<HistoricEvent>(limits.exceptions),
    reload: createRing<HistoricEvent>(limits.reloads),
  };
  let empty = true;
  return {
    add: (event) => {
      if (!isHistoric(event)) return;
      rings[event.type].push(event);
      empty = false;
    },
    events: () =>
      Object.values(rings)
        .flatMap((ring) => ring.items())
        .sort((a, b) => a.sequence - b.sequence),
    get empty() {
      return empty;
    },
    clear: () => {
      for (const ring of Object.values(rings)) ring.clear();
      empty = true;
    },
  };
}

export const isHistoric = (event: KeptEvent): event is HistoricEvent =>
  ['request.ended', 'log', 'exception', 'reload'].includes(event.type);
