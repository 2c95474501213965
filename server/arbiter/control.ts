/**
 * The control channels: what the arbiter and its Python processes say to each other, as NDJSON.
 *
 * The zygote speaks on file descriptor 3, a socketpair made when it is spawned. Each worker connects
 * to a Unix socket in the runtime directory (mode 0700) right after its fork. Either side that sees
 * its channel close knows that the other is gone. The Python half is `prefork_worker/control.py`.
 */

import type { Sources } from '../reload/watcher.ts';
import type {
  CaptureEvent,
  ExceptionEvent,
  LogEvent,
  MetricsEvent,
  Microseconds,
  Plan,
  RequestEnded,
  RequestStarted,
} from '../stream/protocol.ts';
import type { CapturedTrace } from './capturedTrace.ts';
import type { BootFailure, DebugOrder, StandbyOrder } from './forkOrders.ts';
import type { ReplayOrder } from './replayOrder.ts';

/** First message to a zygote: all that it and its workers need to know. Times are in seconds. */
export interface Configure {
  type: 'configure';
  /** The app hook, `module:application`. */
  app: string;
  /** `host:port`, `[::1]:port`, `unix:/path`, `fd://3`. */
  bind: string[];
  backlog: number;
  /** Runtime directory; holds `control.sock`, and goes when the server goes. */
  directory: string;
  /** Go when the server goes, however it goes: info file, pid file, a folder if nothing else is in it. */
  leftovers: string[];
  /** Put first on `sys.path`, and made the working directory. */
  chdir: string;
  pythonpath: string[];
  /** `NAME=value`. */
  raw_env: string[];
  umask: number;
  preload_app: boolean;
  /** Dev mode: user code is compiled from content, third-party modules are preloaded. */
  reload: boolean;
  /** Record requests, logs and exceptions and report them. */
  capture: boolean;
  /** Whether answers tell their client of the request; only with capture. */
  response_headers: boolean;
  /** A `gunicorn.conf.py` whose worker hooks are to run, or null. */
  config: string | null;
  workers: number;
  threads: number;
  keepalive: number;
  timeout: number;
  /** How long importing the app may take; 0: as long as it takes. */
  boot_timeout: number;
  graceful_timeout: number;
  /** What `breakpoint()` does without a debugger. */
  breakpoint: 'skip' | 'pdb';
  max_requests: number;
  max_requests_jitter: number;
  limit_request_line: number;
  limit_request_fields: number;
  limit_request_field_size: number;
  /** Names that dev mode answers to, besides local ones. */
  allowed_hosts: string;
  forwarded_allow_ips: string;
  secure_scheme_headers: Record<string, string>;
  worker_connections: number;
  sendfile: boolean | null;
  tmp_upload_dir: string | null;
  forwarder_headers: string;
  header_map: 'drop' | 'refuse' | 'dangerous';
  proxy_protocol: 'off' | 'v1' | 'v2' | 'auto';
  proxy_allow_ips: string;
  certfile: string | null;
  keyfile: string | null;
  ca_certs: string | null;
  cert_reqs: number;
  ciphers: string | null;
  permit_obsolete_folding: boolean;
  strip_header_spaces: boolean;
  permit_unconventional_http_method: boolean;
  permit_unconventional_http_version: boolean;
  casefold_http_method: boolean;
  accesslog: string | null;
  access_log_format: string;
  errorlog: string;
  loglevel: string;
  /** Set when a zygote takes another's place: a Unix socket to receive the listeners on, else null. */
  inherit: string | null;
  /** To be imported before the first fork, or null. */
  trust: Trust | null;
}

/** What an earlier start has proven, which holds while the fingerprint is the same. */
export interface Trust {
  /** In this order. */
  modules: string[];
  /** What each of them reads from the environment: part of the fingerprint. */
  variables: Record<string, string[]>;
  fingerprint: string;
}

/** Arbiter to zygote. */
export type ZygoteCommand =
  | Configure
  /** Every older generation is superseded from here on. */
  | { type: 'supersede'; generation: number }
  /**
   * `files`: a few of those whose change made the generation. `failure`: an import that ended a process
   * before; it is answered with, not tried again. `standby`: it is one.
   */
  | {
      type: 'fork';
      worker: number;
      generation: number;
      files: string[];
      failure?: BootFailure;
      standby?: StandbyOrder;
      debug?: DebugOrder;
    }
  /** New requests go to the worker with this pid alone, while it can take them; null: to all. */
  | { type: 'steer'; pid: number | null }
  /** Send the listeners to a zygote, its successor, that listens on this Unix socket. */
  | { type: 'send_listeners'; path: string }
  /** The successor listens: end when the last worker has ended, and leave all files to it. */
  | { type: 'leave' }
  /**
   * Compile these user files ahead, by content, so that the next children need not; `digests` says
   * which of them a worker has found with what content, so that those that are known need no look.
   */
  | { type: 'remember'; files: string[]; digests: Record<string, string> }
  /**
   * Import `modules`, in this order, where a trial fork proves it safe, nothing but `loaded` comes and no
   * variable is read that the app has `written`. `variables` go into the fingerprint, besides new ones.
   */
  | {
      type: 'preload';
      modules: string[];
      loaded: string[];
      written: string[];
      variables: string[];
    };

/** Zygote to arbiter. */
export type ZygoteReport =
  /** It listens on the `inherit` socket: a live worker may send the listeners now. */
  | { type: 'inheriting' }
  /** `inherited` when the listeners came from a live worker, or from the zygote before. */
  | { type: 'listening'; pid: number; version: string; addresses: string[]; inherited: boolean }
  /** It could not start, or not listen on `address`; `code` is the exit code for the whole server. */
  | { type: 'failed'; message: string; code: number; address?: string; in_use?: boolean }
  /** No worker of an older generation starts another request. */
  | { type: 'superseded'; generation: number }
  | { type: 'forked'; worker: number; generation: number; pid: number }
  | { type: 'exited'; pid: number; code: number | null; signal: string | null }
  /**
   * What is imported now, and what each cost; `rejected` says why a module stays cold. `spoilt`: an
   * import has changed the zygote, which forks no more ('' when it cannot be told which import).
   * `outdated`: nothing was imported, as the fingerprint is another.
   */
  | {
      type: 'preloaded';
      modules: Record<string, Microseconds>;
      rejected: Record<string, string>;
      variables: Record<string, string[]>;
      spoilt: Record<string, string>;
      fingerprint: string;
      duration: Microseconds;
      outdated?: boolean;
    }
  | { type: 'log'; level: 'debug' | 'info' | 'warning' | 'error'; message: string };

/** A statement, for a worker that has not executed it itself. */
export interface ToldStatement {
  text: string;
  parameters: string | null;
  system: string;
  namespace: string;
}

/** Arbiter to worker. */
export type WorkerCommand =
  /** Ask the database how it would run the statement of this span, which is an index. */
  | { type: 'explain'; id: number; request: string; span: number; statement: ToldStatement }
  /** Serve this as if a client had sent it. */
  | ({ type: 'replay'; id: number } & ReplayOrder)
  /** Say where the app's threads stand. */
  | { type: 'stack'; id: number }
  /** To a standby: its generation begins, because these files changed. */
  | { type: 'begin'; files: string[] }
  /** Accept nothing more, hand idle connections over, finish what began, then exit. */
  | { type: 'retire' }
  /** The same, and exit after at most `grace` seconds (0: at once). */
  | { type: 'stop'; grace: number }
  /** Have debugpy listen; it is the environment's own, or in this folder. */
  | { type: 'debug'; debugpy: string | null }
  /** Close event streams, whose answers have no end; sent a short grace after `retire`. */
  | { type: 'cut_streams' }
  /** The pipes of its report `output` are read: its descriptors are to lead there. */
  | { type: 'output_read' }
  /** What others than Python wrote to this worker's descriptors, to be told of. */
  | { type: 'output'; source: 'stdout' | 'stderr'; text: string; time: Microseconds }
  /** All loggers whose level is not the app's own choice: name (`''` is the root's) to level. */
  | { type: 'set_log_level'; levels: Record<string, string> }
  /** Open the access log again: it was moved away (Gunicorn's USR1). */
  | { type: 'reopen_logs' }
  /** Send the listeners to a new zygote that listens on this Unix socket. */
  | { type: 'send_listeners'; path: string };

/** What capture reports; the arbiter adds who it was and the sequence number. */
type Unplaced<Event> = Omit<Event, 'sequence' | 'worker' | 'generation' | 'process.pid'>;
export type CapturedEvent =
  | Unplaced<RequestStarted>
  | (Unplaced<RequestEnded> & { trace?: CapturedTrace })
  | Unplaced<LogEvent>
  | Unplaced<ExceptionEvent>
  | Unplaced<CaptureEvent>
  | Unplaced<MetricsEvent>;

export interface Imported extends Sources {
  /** Library modules imported since the last report, in the order in which that completed. */
  preloadable: string[];
  /** All modules there are now, if there is anything to preload. */
  loaded: string[];
  /** Library modules that cannot be, and why. */
  left_out: Record<string, string>;
  /** Variables of the environment that were set or deleted. */
  written: string[];
  /** Whether `socket`, `time.sleep` and the like were replaced. */
  patched: boolean;
}

/** Worker to arbiter. */
export type WorkerReport =
  | { type: 'hello'; worker: number; generation: number; pid: number }
  /** The app is imported. */
  | ({ type: 'ready'; boot: Microseconds } & Imported)
  /** It could not be; `code` is Gunicorn's exit code (3: boot, 4: app hook). */
  | ({
      type: 'broken';
      code: number;
      message: string;
      boot: Microseconds;
      exception: Unplaced<ExceptionEvent>;
    } & Sources)
  /** More was imported since the last report, by a request. */
  | ({ type: 'imported'; late: string[] } & Imported)
  /** A standby: this app cannot have one, or none that imports a certain `module` ahead. */
  | { type: 'unfit'; reason: string; module: string | null }
  /** Pipes (FIFOs) to read to their end, for what is written to its descriptors 1 and 2. */
  | { type: 'output'; paths: { stdout?: string; stderr?: string } }
  /** It will start no more requests. */
  | { type: 'retired' }
  /**
   * A few times a second, when it changed or is busy. `full`: every thread is in a request. `busy`:
   * how long its oldest request runs.
   */
  | {
      type: 'load';
      requests: number;
      connections: number;
      full: boolean;
      busy: Microseconds | null;
    }
  | { type: 'events'; events: CapturedEvent[] }
  /** In all since it was forked; sent when it has changed. */
  | { type: 'dropped'; requests: number; logs: number; exceptions: number }
  | ({ type: 'explained'; id: number } & (Plan | { error: string }))
  | { type: 'stack'; id: number; text: string }
  /** It will be served, or not, for that reason. */
  | { type: 'replayed'; id: number; error?: string }
  /** The worker ends and has not begun it. */
  | { type: 'replay_returned'; order: ReplayOrder }
  | { type: 'debugging'; host: string; port: number }
  | { type: 'debugging_failed'; message: string }
  /** Whether a client is there whose breakpoints are bound, and where a thread is stopped. */
  | { type: 'debugger'; attached: boolean; at: string | null }
  | { type: 'log'; level: 'debug' | 'info' | 'warning' | 'error'; message: string };
