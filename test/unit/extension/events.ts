/** Events as a server sends them, for the tests of what makes use of them. */

import type {
  ExceptionEvent,
  LogEvent,
  ReloadEvent,
  ServerEvent,
  WorkerEvent,
} from '../../../server/stream/protocol.ts';
import * as samples from '../../support/streamEvents.ts';

let last = 0;

/** What every kept event carries; each call is newer than the one before. */
export const kept = () => ({ sequence: ++last, time: Date.now() * 1000 });

export const workerEvent = (told: Partial<WorkerEvent> = {}): WorkerEvent => ({
  ...kept(),
  ...samples.worker(1, { 'process.pid': 101, ...told }),
});

export const serverEvent = (told: Partial<ServerEvent> = {}): ServerEvent => ({
  ...kept(),
  ...samples.server(told),
});

export const reloadEvent = (told: Partial<ReloadEvent> = {}): ReloadEvent => ({
  ...kept(),
  ...samples.reload(2, told),
});

export const logEvent = (told: Partial<LogEvent> = {}): LogEvent => ({
  ...kept(),
  ...samples.log('hello', told),
});

export const exceptionEvent = (told: Partial<ExceptionEvent> = {}): ExceptionEvent => ({
  ...kept(),
  ...samples.exception('0123456789abcdef', told),
});
