/** Events of the stream with plausible contents, for tests that feed a store or a hub. */

import type {
  ExceptionEvent,
  KeptEvent,
  LogEvent,
  MetricsEvent,
  ReloadEvent,
  RequestEnded,
  RequestStarted,
  ServerEvent,
  WorkerEvent,
} from '../../server/stream/protocol.ts';

/** 2026-11-22 10:41:39 UTC, in microseconds. */
export const EPOCH = 1_795_344_099_000_000;
export const ROOT = '/home/ada/shop';

/** What whoever keeps the event adds to it. */
export type Unkept<Event = KeptEvent> = Event extends KeptEvent
  ? Omit<Event, 'sequence' | 'time' | 'started'>
  : never;
type Changes<Event> = Partial<Event>;

const identity = (worker = 1, generation = 1) => ({
  worker,
  generation,
  'process.pid': 4000 + 10 * generation + worker,
});

export const requestId = (number: number): string => number.toString(16).padStart(16, '0');

function head(number: number, worker: number, generation: number) {
  return {
    ...identity(worker, generation),
    request: requestId(number),
    'thread.id': 140_001,
    'http.request.method': 'GET',
    'url.path': `/orders/${number}`,
    'url.query': '',
    'client.address': '127.0.0.1',
    trace_id: number.toString(16).padStart(32, '0'),
  };
}

export function server(changes: Changes<ServerEvent> = {}): Unkept<ServerEvent> {
  return {
    type: 'server',
    state: 'running',
    app: 'wsgi:application',
    addresses: ['http://127.0.0.1:8000'],
    generation: 1,
    workers: 2,
    threads: 4,
    'process.pid': 4000,
    'process.executable.path': '/home/ada/shop/.venv/bin/python',
    'process.runtime.version': '3.12.4',
    root: ROOT,
    ...changes,
  };
}

export function worker(number: number, changes: Changes<WorkerEvent> = {}): Unkept<WorkerEvent> {
  const who = identity(number, changes.generation);
  return { type: 'worker', ...who, state: 'ready', requests: 0, ...changes };
}

export function reload(
  generation: number,
  changes: Changes<ReloadEvent> = {},
): Unkept<ReloadEvent> {
  const code = { reason: 'code', files: [`${ROOT}/orders/views.py`], duration: 46_000 } as const;
  const start = { reason: 'start', files: [], duration: 212_000 } as const;
  const why = generation === 1 ? start : code;
  return { type: 'reload', phase: 'ready', generation, ...why, files: [...why.files], ...changes };
}

export function started(
  number: number,
  changes: Changes<RequestStarted> = {},
): Unkept<RequestStarted> {
  const who = head(number, changes.worker ?? 1, changes.generation ?? 1);
  return { type: 'request.started', ...who, ...changes };
}

export function ended(number: number, changes: Changes<RequestEnded> = {}): Unkept<RequestEnded> {
  const duration = changes.duration ?? 12_000;
  const parts = { read: 300, iterate: 900, write: 400, close: 50 };
  return {
    type: 'request.ended',
    ...head(number, changes.worker ?? 1, changes.generation ?? 1),
    'http.response.status_code': 200,
    'http.request.body.size': 0,
    'http.response.body.size': 4812,
    duration,
    phases: { ...parts, app: Math.max(0, duration - 1650) },
    cpu: Math.round(duration / 2),
    'http.route': null,
    view: null,
    framework: null,
    totals: {},
    findings: [],
    detail: 'full',
    own: 80,
    client_gone: false,
    logs: 0,
    exceptions: 0,
    ...changes,
  };
}

export function metrics(worker: number, changes: Changes<MetricsEvent> = {}): Unkept<MetricsEvent> {
  const requests = changes.requests ?? 10;
  const buckets = [0, 0, requests, ...new Array(12).fill(0)];
  const told = { full: requests, summary: 0, own: 800, cpu: 40_000 };
  return {
    type: 'metrics',
    ...identity(worker, changes.generation),
    requests,
    errors: 0,
    buckets,
    ...told,
    ...changes,
  };
}

export function log(body: string, changes: Changes<LogEvent> = {}): Unkept<LogEvent> {
  const who = identity(changes.worker, changes.generation);
  return { type: 'log', ...who, source: 'logging', severity_number: 9, body, ...changes };
}

export function exception(
  id: string,
  changes: Changes<ExceptionEvent> = {},
): Unkept<ExceptionEvent> {
  const frame = (file: string, line: number, name: string, source: string, own: boolean) => ({
    'code.file.path': file,
    'code.line.number': line,
    'code.function.name': name,
    source,
    own,
  });
  const library = '/home/ada/shop/.venv/lib/python3.12/site-packages/flask/app.py';
  return {
    type: 'exception',
    ...identity(changes.worker, changes.generation),
    exception: id,
    kind: 'uncaught',
    'exception.type': 'KeyError',
    'exception.message': "'amount'",
    'exception.stacktrace': "Traceback (most recent call last):\n  …\nKeyError: 'amount'",
    frames: [
      frame(library, 1511, 'wsgi_app', 'response = self.full_dispatch_request()', false),
      frame(library, 917, 'full_dispatch_request', 'rv = self.dispatch_request()', false),
      frame(`${ROOT}/orders/views.py`, 42, 'pay', 'total = charge(request.form)', true),
      frame(`${ROOT}/orders/payment.py`, 17, 'charge', 'amount = form["amount"]', true),
    ],
    location: { 'code.file.path': `${ROOT}/orders/payment.py`, 'code.line.number': 17 },
    ...changes,
  };
}

/** Numbers events as the server's store does, a millisecond apart. */
export function sequencer(first = 1, epoch = EPOCH) {
  let sequence = first - 1;
  return (event: Unkept): KeptEvent => {
    sequence += 1;
    const time = epoch + sequence * 1000;
    return { time, started: time, ...event, sequence } as KeptEvent;
  };
}
