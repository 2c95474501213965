/** What a watcher of the stream may ask of the server, and what it is answered. */

import type {
  ExceptionEvent,
  LogEvent,
  Microseconds,
  RequestEnded,
  RequestStarted,
} from './protocol.ts';
import type { Trace } from './trace.ts';

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
