/** Events as a server sends them, for the tests of what makes use of them. */

import type {
  ExceptionEvent,
  LogEvent,
  ReloadEvent,
  ServerEvent,
  WorkerEvent,
} from '../../../server/stream/protocol.ts';

let last = 0;

/** What every kept event carries; each call is newer than the one before. */
export const kept = () => ({ sequence: ++last, time: Date.now() * 1000 });

export const workerEvent = (told: Partial<WorkerEvent> = {}): WorkerEvent => ({
  ...kept(),
  type: 'worker',
  state: 'ready',
  worker: 1,
  generation: 1,
  'process.pid': 101,
  requests: 0,
  ...told,
});

export const serverEvent = (told: Partial<ServerEvent> = {}): ServerEvent => ({
  ...kept(),
  type: 'server',
  state: 'running',
  app: 'wsgi:application',
  addresses: ['http://127.0.0.1:8000'],
  generation: 1,
  workers: 2,
  threads: 4,
  'process.pid': 100,
  'process.executable.path': '/usr/bin/python3',
  'process.runtime.version': '3.12.1',
  root: '/app',
  ...told,
});

export const reloadEvent = (told: Partial<ReloadEvent> = {}): ReloadEvent => ({
  ...kept(),
  type: 'reload',
  phase: 'ready',
  generation: 2,
  reason: 'code',
  files: [],
  duration: 23_400,
  ...told,
});

export const logEvent = (told: Partial<LogEvent> = {}): LogEvent => ({
  ...kept(),
  type: 'log',
  source: 'stdout',
  severity_number: 9,
  body: 'hello',
  ...told,
});

export const exceptionEvent = (told: Partial<ExceptionEvent> = {}): ExceptionEvent => ({
  ...kept(),
  type: 'exception',
  exception: '0123456789abcdef',
  kind: 'uncaught',
  'exception.type': 'ValueError',
  'exception.message': 'no',
  'exception.stacktrace': '',
  frames: [],
  ...told,
});
