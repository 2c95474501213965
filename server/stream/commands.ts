/** What a watcher of the stream may ask of the server, and what it is answered. */

import type { Comparison } from './comparison.ts';
import type {
  ExceptionEvent,
  LogEvent,
  Microseconds,
  RequestEnded,
  RequestStarted,
} from './protocol.ts';
import type { LineResult, RouteStatistics } from './routes.ts';
import type { Fields, Trace } from './trace.ts';

/**
 * What each command takes besides its name, and what its answer's `result` is. A slot may hold two
 * workers during a reload: the one meant is the newer, unless `process.pid` says otherwise.
 */
export interface Commands {
  /** New workers for all, as a save would; answered when the new generation is ready or failed. */
  reload: { takes: Record<never, never>; gives: { generation: number; duration: Microseconds } };
  /** Replaces one worker on the same generation. */
  restart_worker: { takes: { worker: number }; gives: Record<never, never> };
  /**
   * Starts debugpy in one worker, if it does not listen already. `debugpy` is the folder that
   * holds the package when the app's environment has none. While a debugger is attached, a worker
   * that takes its place listens, too, and serves only when the debugger is there; with `at_import` it
   * waits before it imports the app.
   */
  debug_worker: {
    takes: { worker: number; 'process.pid'?: number; debugpy?: string; at_import?: boolean };
    gives: { host: string; port: number; 'process.pid': number; generation: number };
  };
  /**
   * Has new requests go to one worker and its successors alone, while it can take them; null: to all.
   * It ends by itself when the worker's debugger leaves.
   */
  steer: { takes: { worker: number | null }; gives: Record<never, never> };
  /** All that is kept of one request. */
  request: {
    takes: { request: string };
    gives: {
      request: RequestEnded | RequestStarted;
      logs: LogEvent[];
      exceptions: ExceptionEvent[];
      /** Null while it runs, and once it is no longer kept. */
      trace: Trace | null;
    };
  };
  /** Two requests side by side; without `before`, with the last run of its route on the code before. */
  compare: { takes: { after: string; before?: string }; gives: Comparison };
  /**
   * Sends a request once more, to one worker or to whichever is free (null). What `edit` does not name
   * stays as it was, what was hidden for secrecy included. Answered with the new request's id as soon as
   * the worker has it: it may run long, or stop in the debugger.
   */
  replay: {
    takes: { request: string; worker: number | null; edit?: RequestEdit };
    gives: { request: string; worker: number };
  };
  /** Requests in a form for others; none: all that are kept. */
  export: { takes: { requests: string[]; format: ExportFormat }; gives: ExportedFile };
  /** Takes in the requests of a HAR or OTLP/JSON file. */
  import: { takes: { name: string; text: string }; gives: { requests: string[] } };
  /**
   * All requests of one trace, of every server of this user on this machine; with `own`, of the server
   * that is asked alone: so servers ask each other.
   */
  trace: {
    takes: { trace_id: string; own?: boolean };
    gives: { services: ServiceRequests[] };
  };
  /** What the kept requests say of each route, the most used first. */
  routes: { takes: Record<never, never>; gives: { routes: RouteStatistics[] } };
  /** What the last requests say of lines in these files (absolute paths). */
  lines: { takes: { files: string[] }; gives: { lines: LineResult[] } };
  /**
   * How the database would run the statement of an `sql` span, by its index in the trace. It is not
   * run. An error when its worker is gone and the one in its slot cannot tell either.
   */
  explain: { takes: { request: string; span: number }; gives: Plan };
  /**
   * Where the app's threads stand in a worker, as Python writes tracebacks; also of one that is paused or
   * hangs in Python code.
   */
  stack: { takes: { worker: number; 'process.pid'?: number }; gives: { stack: string } };
  /** What is preloaded now, what is not, and why. */
  preload: { takes: Record<never, never>; gives: Preload };
  /**
   * In all workers, now and after reloads: the level of a logger (`''` is the root's), as Python names
   * it (`DEBUG`); null gives the app's own back. Answered with all that are changed.
   */
  set_log_level: {
    takes: { logger: string; level: string | null };
    gives: { levels: Record<string, string> };
  };
  /** Forgets all events kept so far, for every watcher. */
  clear: { takes: Record<never, never>; gives: Record<never, never> };
  /**
   * The editor saved these files: noticed before the watcher does. Answered when no answer comes from
   * the code before the save any more.
   */
  saved: { takes: { files: string[] }; gives: Record<never, never> };
  /** Stops the server, gracefully. */
  stop: { takes: Record<never, never>; gives: Record<never, never> };
}

/**
 * What is other in a replay. What is left hidden in it (`[hidden]`, in a form also `[a file]`) stays what it
 * was, wherever it stands after the same name.
 */
export interface RequestEdit {
  'http.request.method'?: string;
  /** Path and query, as they are told (`url.path?url.query`) or as in a request line. */
  target?: string;
  headers?: Fields;
  /** Null: none. */
  body?: string | null;
}

/** The first four and `markdown` take one request. */
export type ExportFormat =
  | 'curl'
  | 'httpie'
  | 'fetch'
  | 'pytest'
  | 'markdown'
  | 'speedscope'
  | 'har'
  | 'otlp';

export interface ExportedFile {
  /** For a file to save it in: `prefork-orders.har`. */
  name: string;
  media_type: string;
  text: string;
}

/** What one server has of a trace. */
export interface ServiceRequests {
  /** `shop.wsgi:application` */
  app: string;
  addresses: string[];
  /** Where its panel is; absent for the server that was asked. */
  panel?: string;
  requests: { request: RequestEnded | RequestStarted; trace: Trace | null }[];
}

export type CommandName = keyof Commands;

/** A command on the wire; `id` is the client's own and comes back in the answer. */
export type Command<Name extends CommandName = CommandName> = {
  [N in Name]: { id: number; command: N } & Commands[N]['takes'];
}[Name];

/** A query's plan, as the database's EXPLAIN tells it. */
export interface Plan {
  columns: string[];
  rows: string[][];
}

/** What the zygote imports ahead, so that a worker need not. */
export interface Preload {
  /** Where it is kept for the next start. */
  file: string;
  /** Why nothing is preloaded at all, else null. */
  off: string | null;
  /** In the order in which they are imported, each with what that took. */
  modules: { module: string; cost: Microseconds }[];
  /** What every worker imports by itself. */
  left_out: { module: string; reason: string }[];
}

/** The answer to a {@link Command}, to the connection that sent it. */
export interface Answer {
  type: 'answer';
  id: number;
  /** What went wrong, for a person to read; absent when all went well. */
  error?: string;
  result?: unknown;
}
