/**
 * The store: what happened, within bounds, numbered in the order in which it came.
 *
 * Each kind of event has a ring of its own, so that a talkative log evicts no request. Of states (the
 * server, each worker) only the last is kept.
 */

import type { Journal, NewEvent } from './events.ts';
import type { Commands, KeptEvent, RequestEnded, RequestStarted } from './protocol.ts';
import { createRing } from './ring.ts';
import type { Trace } from './trace.ts';
import { createTraces } from './traces.ts';

export interface StoreLimits {
  requests: number;
  logs: number;
  exceptions: number;
  reloads: number;
  metrics: number;
}

export const DEFAULT_LIMITS: StoreLimits = {
  requests: 10_000,
  logs: 20_000,
  exceptions: 1_000,
  reloads: 1_000,
  metrics: 3_600,
};

type RequestDetails = Commands['request']['gives'];

export interface Store {
  record: Journal;
  /** Kept events newer than a sequence number, oldest first. */
  history(after: number): KeptEvent[];
  bounds(): { oldest: number; newest: number };
  request(id: string): RequestDetails | null;
  /** Forgets all but the states. */
  clear(): void;
  /** Calls `listener` with each event as it is recorded; call what it returns to stop. */
  subscribe(listener: (event: KeptEvent) => void): () => void;
}

export function createStore(limits: StoreLimits = DEFAULT_LIMITS): Store {
  const requests = createRing<RequestEnded>(limits.requests);
  const running = new Map<string, RequestStarted>();
  const logs = createRing<Extract<KeptEvent, { type: 'log' }>>(limits.logs);
  const exceptions = createRing<Extract<KeptEvent, { type: 'exception' }>>(limits.exceptions);
  const metrics = createRing<Extract<KeptEvent, { type: 'metrics' }>>(limits.metrics);
  const rest = createRing<KeptEvent>(limits.reloads);
  const states = new Map<string, KeptEvent>();
  const traces = createTraces();
  const listeners = new Set<(event: KeptEvent) => void>();
  let newest = 0;

  const keep = (event: KeptEvent): void => {
    switch (event.type) {
      case 'request.started':
        running.set(event.request, event);
        return;
      case 'request.ended':
        running.delete(event.request);
        requests.push(event);
        return;
      case 'log':
        logs.push(event);
        return;
      case 'exception':
        exceptions.push(event);
        return;
      case 'metrics':
        metrics.push(event);
        return;
      case 'capture':
        states.set(`capture ${event['process.pid']}`, event);
        return;
      case 'server':
      case 'cleared':
        states.set(event.type, event);
        return;
      case 'worker':
        keepWorker(states, event);
        return;
      default:
        rest.push(event);
    }
  };

  const record = (event: NewEvent, trace?: Trace): void => {
    if (trace && event.type === 'request.ended') traces.keep(event.request, trace);
    if (event.type === 'worker' && event.state === 'exited') endRunning(event['process.pid']);
    const numbered = { ...event, sequence: ++newest } as KeptEvent;
    keep(numbered);
    for (const listener of listeners) listener(numbered);
  };

  /** The requests that a process took with it end with it. */
  const endRunning = (pid: number): void => {
    for (const request of running.values()) {
      if (request['process.pid'] === pid) record(cutShort(request));
    }
  };

  const all = (): KeptEvent[] => [
    ...states.values(),
    ...rest.items(),
    ...running.values(),
    ...requests.items(),
    ...logs.items(),
    ...exceptions.items(),
    ...metrics.items(),
  ];

  return {
    record,
    history: (after) =>
      all()
        .filter((event) => event.sequence > after)
        .sort((a, b) => a.sequence - b.sequence),
    bounds: () => ({
      oldest: all().reduce((oldest, event) => Math.min(oldest, event.sequence), newest),
      newest,
    }),
    request: (id) => {
      const request = running.get(id) ?? requests.items().find((event) => event.request === id);
      if (!request) return null;
      const ofIt = (event: { request?: string }): boolean => event.request === id;
      return {
        request,
        logs: logs.items().filter(ofIt),
        exceptions: exceptions.items().filter(ofIt),
        trace: traces.get(id),
      };
    },
    clear: () => {
      for (const kept of [requests, logs, exceptions, metrics, rest, traces]) kept.clear();
      record({ type: 'cleared', time: Date.now() * 1000 });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A worker that has exited is forgotten when its slot has another one. */
function keepWorker(
  states: Map<string, KeptEvent>,
  event: Extract<KeptEvent, { type: 'worker' }>,
): void {
  for (const [key, other] of states) {
    if (other.type === 'worker' && other.worker === event.worker && other.state === 'exited') {
      states.delete(key);
      states.delete(`capture ${other['process.pid']}`);
    }
  }
  states.set(`worker ${event['process.pid']}`, event);
}

/** How a request ended whose worker died: without a status, and no phase is known. */
function cutShort(request: RequestStarted): NewEvent {
  const { sequence: _, ...head } = request;
  const now = Date.now() * 1000;
  return {
    ...head,
    type: 'request.ended',
    time: now,
    started: request.time,
    'http.response.status_code': null,
    'http.request.body.size': 0,
    'http.response.body.size': 0,
    duration: now - request.time,
    phases: { read: null, app: null, iterate: null, write: null, close: null },
    cpu: null,
    'http.route': null,
    view: null,
    framework: null,
    totals: {},
    findings: [],
    detail: 'summary',
    own: 0,
    client_gone: false,
    logs: 0,
    exceptions: 0,
  };
}
