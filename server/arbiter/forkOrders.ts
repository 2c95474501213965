/** What a worker is told when it is forked, besides which one it is. */

/** How importing the app ended a worker, and its stack as `faulthandler` writes it. */
export interface BootFailure {
  kind: 'timeout' | 'exit' | 'crash';
  message: string;
  stack: string;
}

/** To a worker that is forked ahead of its generation. */
export interface StandbyOrder {
  /** Files: it waits before it opens one of them. */
  expected: string[];
  /** Modules that requests import: it imports them after the app. */
  late: string[];
}

/**
 * To the successor of a worker that was debugged: it has debugpy listen (see `debug`), before it imports the app
 * or after that, and waits up to `patience` seconds until breakpoints are bound.
 */
export interface DebugOrder {
  debugpy: string | null;
  at_import: boolean;
  patience: number;
}
