/**
 * The store: what happened, within bounds, numbered in the order in which it came.
 *
 * Each kind of event has a ring of its own, so that a talkative log evicts no request, and within it
 * a quota for each route and logger. Of states (the server, each worker) only the last is kept.
 */

import { createLineResults } from '../analysis/lineResults.ts';
import { createRouteRuns } from '../analysis/runs.ts';
import type { ServiceRequests } from './commands.ts';
import type { Journal, NewEvent } from './events.ts';
import type {
  Commands,
  DroppedEvent,
  Evicted,
  ExceptionEvent,
  KeptEvent,
  LineResult,
  LogEvent,
  Microseconds,
  RequestEnded,
  RequestStarted,
} from './protocol.ts';
import { createQuotaRing } from './quotaRing.ts';
import { createRing } from './ring.ts';
import { routeOf } from './route.ts';
import type { Trace } from './trace.ts';
import { createTraces, MAX_TRACE_BYTES, type StoredTrace } from './traces.ts';

export interface StoreLimits {
  requests: number;
  logs: number;
  exceptions: number;
  reloads: number;
  metrics: number;
  /** Of the heap. */
  traceBytes: number;
  /** What is kept at least of each route, logger and kind of exception, however quiet. */
  least: number;
}

const DEFAULT_LIMITS: StoreLimits = {
  requests: 10_000,
  logs: 20_000,
  exceptions: 1_000,
  reloads: 1_000,
  metrics: 3_600,
  traceBytes: MAX_TRACE_BYTES,
  least: 20,
};

/** A client may send one trace id with everything. */
const MAX_OF_TRACE = 200;

/** Numbers that a server which was killed may have given, and kept nowhere: whoever saw them sees no other by them. */
const UNWRITTEN = 1_000_000;

type RequestDetails = Commands['request']['gives'];

export interface Store {
  record: Journal;
  /** Takes in what another server kept before, oldest first; what is recorded now goes on from there. */
  restore(entries: readonly { event: KeptEvent; trace?: StoredTrace }[]): void;
  /** Kept events newer than a sequence number, oldest first. */
  history(after: number): KeptEvent[];
  bounds(): { oldest: number; newest: number };
  /** What was kept and had to go, since the server started. */
  evicted(): Evicted;
  request(id: string): RequestDetails | null;
  /** Null when it is no longer kept. */
  trace(id: string): Trace | null;
  /** What was hidden in a request, for a worker to open; null when that is nothing. */
  sealed(id: string): string | null;
  /** Those that ended, oldest first but for those that are kept beyond their time. */
  ended(): RequestEnded[];
  /** How long the last runs took of that route on that generation. */
  durations(request: RequestEnded): readonly Microseconds[];
  /** What the last requests say of lines in these files. */
  lines(files: readonly string[]): LineResult[];
  /** The newest requests of a trace, oldest first, each with what is kept of it. */
  ofTrace(trace_id: string): ServiceRequests['requests'];
  /** The trace of a request as it is kept. */
  stored(request: string): StoredTrace | null;
  /** Forgets all but the states. */
  clear(): void;
  /** Calls `listener` with each event as it is recorded; call what it returns to stop. */
  subscribe(listener: (event: KeptEvent) => void): () => void;
}

export function createStore(limits: StoreLimits = DEFAULT_LIMITS): Store {
  const { least } = limits;
  const requests = createQuotaRing<RequestEnded>({
    capacity: limits.requests,
    least,
    keyOf: (event) => `${event.worker} ${routeOf(event)}`,
  });
  const running = new Map<string, RequestStarted>();
  const logs = createQuotaRing<LogEvent>({ capacity: limits.logs, least, keyOf: voiceOf });
  const exceptions = createQuotaRing<ExceptionEvent>({
    capacity: limits.exceptions,
    least,
    keyOf: (event) => event.fingerprint ?? event['exception.type'],
  });
  const metrics = createRing<Extract<KeptEvent, { type: 'metrics' }>>(limits.metrics);
  const rest = createRing<KeptEvent>(limits.reloads);
  const states = new Map<string, KeptEvent>();
  const losses = new Map<number | undefined, DroppedEvent>();
  const traces = createTraces(limits.traceBytes);
  const runs = createRouteRuns();
  const lines = createLineResults();
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
      case 'usage':
        states.set(event.type, event);
        return;
      case 'dropped':
        keepLatest(losses, event['process.pid'], event, limits.reloads);
        return;
      case 'worker':
        keepWorker(states, event);
        return;
      default:
        rest.push(event);
    }
  };

  const learn = (request: RequestEnded, trace?: StoredTrace): void => {
    const before = runs.before(request);
    if (before) request.before = before;
    runs.learn(request);
    if (!trace) return;
    traces.keep(request, trace);
    lines.learn(request);
  };

  const record = (event: NewEvent, trace?: StoredTrace): void => {
    if (event.type === 'worker' && event.state === 'exited') endRunning(event['process.pid']);
    const numbered = { ...event, sequence: ++newest } as KeptEvent;
    if (numbered.type === 'request.ended') learn(numbered, trace);
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
    ...losses.values(),
    ...rest.items(),
    ...running.values(),
    ...requests.items(),
    ...logs.items(),
    ...exceptions.items(),
    ...metrics.items(),
  ];

  return {
    record,
    restore: (entries) => {
      for (const { event, trace } of entries) {
        newest = Math.max(newest, event.sequence);
        if (event.type === 'request.ended') learn(event, trace);
        keep(event);
      }
      if (entries.length > 0) newest += UNWRITTEN;
    },
    history: (after) =>
      all()
        .filter((event) => event.sequence > after)
        .sort((a, b) => a.sequence - b.sequence),
    bounds: () => ({
      oldest: all().reduce((oldest, event) => Math.min(oldest, event.sequence), newest),
      newest,
    }),
    evicted: () => ({
      requests: requests.evicted,
      logs: logs.evicted,
      exceptions: exceptions.evicted,
      traces: traces.evicted,
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
    trace: traces.get,
    ended: requests.items,
    durations: runs.durations,
    lines: (files) => lines.of(files, traces.get),
    ofTrace: (trace_id) =>
      [...requests.items(), ...running.values()]
        .filter((request) => request.trace_id === trace_id)
        .slice(-MAX_OF_TRACE)
        .map((request) => ({ request, trace: traces.get(request.request) })),
    sealed: (id) => traces.sealed(id),
    stored: traces.stored,
    clear: () => {
      for (const kept of [requests, logs, exceptions, metrics, rest, traces, runs, lines]) {
        kept.clear();
      }
      record({ type: 'cleared', time: Date.now() * 1000 });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Counts of workers that are gone stay: what they had to leave out is missing still. */
function keepLatest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/** Who writes a line: a logger, `print`, the server itself. */
const voiceOf = ({ worker, source, logger }: LogEvent): string =>
  `${worker} ${source} ${logger ?? ''}`;

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
