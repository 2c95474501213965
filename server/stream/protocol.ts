/**
 * The stream: what a running server tells whoever watches it, and what they may ask of it.
 *
 * One WebSocket at `ws://HOST:PORT/stream?token=…[&after=SEQUENCE]`. Server to client: JSON text
 * frames, each an array of {@link StreamEvent}s. Client to server: JSON text frames, each one
 * {@link Command}, answered by an {@link Answer}, which follows all that came about before it. A client
 * that connects gets {@link Hello} first, then the kept history (all of it, or what is newer than
 * `after`), then what happens.
 *
 * Names are OpenTelemetry's (semantic conventions 1.36) where one exists. Every time is an integer
 * in microseconds: `time` since the Unix epoch, durations on a monotonic clock.
 */

import type { CaptureEvent, MetricsEvent } from './capture.ts';
import type { Answer } from './commands.ts';
import type { Before } from './comparison.ts';
import type { ExceptionEvent } from './exception.ts';
import type { FindingKind, Totals } from './trace.ts';
import type { UsageEvent } from './usage.ts';

export type { CaptureEvent, MetricsEvent } from './capture.ts';
export type { Answer, Command, CommandName, Commands, Plan, Preload } from './commands.ts';
export type { Before, Comparison } from './comparison.ts';
export type { ExceptionEvent, ExceptionKind, Frame } from './exception.ts';
export type { Profile } from './profile.ts';
export type { LineResult, RouteStatistics } from './routes.ts';
export type { UsageEvent, WorkerUsage } from './usage.ts';

export const PROTOCOL_VERSION = 2;

/** Microseconds, integer. */
export type Microseconds = number;

/** What every kept event carries. `sequence` grows by one an event, so that loss shows. */
export interface Kept {
  sequence: number;
  time: Microseconds;
}

/** Which worker something happened in: its slot (1…N), its generation of the code, its process. */
export interface WorkerIdentity {
  worker: number;
  generation: number;
  'process.pid': number;
}

/** First event of every connection; not kept, so it has no sequence of its own. */
export interface Hello {
  type: 'hello';
  protocol: number;
  version: string;
  /** Sequence numbers of the oldest event still kept and of the newest; 0 when there is none. */
  oldest: number;
  newest: number;
  evicted?: Evicted;
}

/** How much was kept and had to go for what is newer, since the server started. */
export interface Evicted {
  requests: number;
  logs: number;
  exceptions: number;
  /** Of requests that may be kept themselves. */
  traces: number;
}

export type ServerState = 'starting' | 'running' | 'reloading' | 'broken' | 'stopping';

/** The server as a whole; sent again whenever one of these changes. */
export interface ServerEvent extends Kept {
  type: 'server';
  state: ServerState;
  /** The app hook, `module:application`. */
  app: string;
  /** Where it answers: `http://127.0.0.1:8000`, `unix:/path`. Empty until it listens. */
  addresses: string[];
  generation: number;
  workers: number;
  threads: number;
  'process.pid': number;
  'process.executable.path': string;
  'process.runtime.version': string;
  /** The folder the app hook is imported from. */
  root: string;
}

/**
 * `booting`: forked, importing. `ready`: accepts. `retiring`: superseded, finishes what it began.
 * `paused`: stopped in the debugger. `broken`: its app could not be imported; it answers with the
 * traceback. `exited`: gone; `exit` says how.
 */
export type WorkerState = 'booting' | 'ready' | 'retiring' | 'paused' | 'broken' | 'exited';

export interface WorkerEvent extends Kept, WorkerIdentity {
  type: 'worker';
  state: WorkerState;
  /** Requests begun since it was forked. */
  requests: number;
  /** Where its debug adapter listens, once it was asked to. */
  debugger?: { host: string; port: number };
  /** A debugger is attached, and its breakpoints are bound. */
  attached?: true;
  /** Where it is paused, `views.py:42`. */
  paused_at?: string;
  /** It runs old code, and is replaced as soon as it goes on. */
  reload_pending?: true;
  /** New requests go to it alone. */
  steered?: true;
  /** From fork to ready: how long the app took to import. */
  boot?: Microseconds;
  exit?: { code: number | null; signal: string | null };
}

/** Why a generation was made. */
export type ReloadReason = 'start' | 'code' | 'command' | 'signal' | 'environment';

/** A generation of the code: begun, then either ready (every answer is new) or failed. */
export interface ReloadEvent extends Kept {
  type: 'reload';
  phase: 'started' | 'ready' | 'failed';
  generation: number;
  reason: ReloadReason;
  /** Absolute paths of the files whose change caused it; empty for other reasons. */
  files: string[];
  /** From the noticed change to the moment every answer is new; in `ready` and `failed`. */
  duration?: Microseconds;
  /** `failed`: the {@link ExceptionEvent} that says why. */
  exception?: string;
}

/** What is known of a request from its first byte on. */
export interface RequestHead extends WorkerIdentity {
  /** 16 hexadecimal digits. */
  request: string;
  'thread.id': number;
  'http.request.method': string;
  'url.path': string;
  'url.query': string;
  'client.address': string;
  /** W3C Trace Context: the trace that it is part of, its caller's or its own; 32 hexadecimal digits. */
  trace_id: string;
  /** The caller's span, from `traceparent`. */
  parent_span_id?: string;
  /** It repeats this request, at a person's wish. */
  replay_of?: string;
  /** It came out of a file of this kind; its worker is 0. */
  imported?: 'har' | 'otlp';
}

/** Sent only for a request that is still running when the worker next reports (≥ 50 ms). */
export interface RequestStarted extends Kept, RequestHead {
  type: 'request.started';
}

/**
 * Where a request's time went; they sum to `duration`. What cannot be known is null, never 0.
 * `read`: first byte to the app being called. `app`: the call of the app. `iterate`: the sum of its
 * iterable's `next()`. `write`: in the socket. `close`: the iterable's `close()`.
 */
export interface RequestPhases {
  read: Microseconds | null;
  app: Microseconds | null;
  iterate: Microseconds | null;
  write: Microseconds | null;
  close: Microseconds | null;
}

export interface RequestEnded extends Kept, RequestHead {
  type: 'request.ended';
  /** When it started; `time` is when it ended. */
  started: Microseconds;
  /** Null when the client left, or the app failed, before there was a status. */
  'http.response.status_code': number | null;
  'http.request.body.size': number;
  'http.response.body.size': number;
  duration: Microseconds;
  phases: RequestPhases;
  /** Processor time of its thread; null where the system does not tell. */
  cpu: Microseconds | null;
  /** The framework's pattern (`/orders/<int:pk>/`) and function (`orders.views.detail`); null if unknown. */
  'http.route': string | null;
  view: string | null;
  framework: 'django' | 'flask' | 'bottle' | null;
  /** Count and time by kind of span, exact whatever was cut. */
  totals: Totals;
  /** Kinds of what was found in its trace; the trace has the findings themselves. */
  findings: FindingKind[];
  /** `full`: its trace is kept. `summary`: under load only this is. */
  detail: 'full' | 'summary';
  /** What capture itself took of the request's thread. */
  own: Microseconds;
  /** The client was gone before the answer was complete. */
  client_gone: boolean;
  /** How many log lines and exceptions carry this request's id. */
  logs: number;
  exceptions: number;
  /** Of its log lines, those that were only counted: past the first 200, but for errors. Absent: none. */
  logs_left_out?: number;
  /** Its trace has a profile. */
  profiled?: true;
  /** The last run of its route on the code before; absent when there is none. */
  before?: Before;
}

/** OpenTelemetry's severity numbers: DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21. */
export type SeverityNumber = 5 | 9 | 13 | 17 | 21;

/** `warnings`: a Python warning; its `logger` is the category, its place what it is about. */
export type LogSource = 'logging' | 'stdout' | 'stderr' | 'wsgi.errors' | 'warnings' | 'server';

/** A line that the app, the worker or the server itself wrote. */
export interface LogEvent extends Kept, Partial<WorkerIdentity> {
  type: 'log';
  request?: string;
  source: LogSource;
  severity_number: SeverityNumber;
  /** At most 8 KiB; `cut` counts the characters left out. */
  body: string;
  cut?: number;
  logger?: string;
  'code.file.path'?: string;
  'code.line.number'?: number;
  'code.function.name'?: string;
  /** The {@link ExceptionEvent} logged with it. */
  exception?: string;
}

/** Events that a worker or the server had to leave out, counted since it started. */
export interface DroppedEvent extends Kept, Partial<WorkerIdentity> {
  type: 'dropped';
  requests: number;
  logs: number;
  exceptions: number;
}

/** Somebody cleared the history: what came before this is no longer kept, but for the states. */
export interface ClearedEvent extends Kept {
  type: 'cleared';
}

export type KeptEvent =
  | ServerEvent
  | WorkerEvent
  | ReloadEvent
  | RequestStarted
  | RequestEnded
  | LogEvent
  | ExceptionEvent
  | CaptureEvent
  | MetricsEvent
  | UsageEvent
  | DroppedEvent
  | ClearedEvent;

export type StreamEvent = Hello | Answer | KeptEvent;
