/** Loggers' levels that were changed while the server runs: the workers' now, and those of later ones. */

import type { WorkerCommand } from './control.ts';

const LEVELS = ['NOTSET', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

/** Whom a command can be sent to. */
interface Receiver {
  send(command: WorkerCommand): void;
}

export interface LogLevels {
  /** Null gives the app's own level back. Throws an Error for what is no level of Python's. */
  set(logger: string, level: string | null): Record<string, string>;
  /** To a worker that is new. */
  greet(worker: Receiver): void;
}

export function createLogLevels(workers: () => Receiver[]): LogLevels {
  const levels = new Map<string, string>();
  const command = (): WorkerCommand => ({
    type: 'set_log_level',
    levels: Object.fromEntries(levels),
  });
  return {
    set: (logger, level) => {
      if (level === null) levels.delete(logger);
      else if (LEVELS.includes(level)) levels.set(logger, level);
      else throw new Error(`${level} is no level; there are ${LEVELS.join(', ')}.`);
      for (const worker of workers()) worker.send(command());
      return Object.fromEntries(levels);
    },
    greet: (worker) => {
      if (levels.size > 0) worker.send(command());
    },
  };
}
