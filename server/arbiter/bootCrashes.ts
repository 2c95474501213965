/** Workers that died while they imported the app: how often, and what is done about it. */

import type { WorkerEvent } from '../stream/protocol.ts';

export type Exit = NonNullable<WorkerEvent['exit']>;

const MAX_DELAY = 5_000;

export interface BootCrashes {
  /** A worker ended before it had imported the app. */
  add(exit: Exit): void;
  /** A worker has imported it, or there is a new generation. */
  forget(): void;
  /** In dev mode: what the next workers answer with, instead of running into it again. */
  failure(): string | undefined;
  /** Milliseconds before a worker is replaced: none at first, more at each crash. */
  delay(): number;
}

export function createBootCrashes(app: string, reload: boolean): BootCrashes {
  let crashes = 0;
  let failure: string | undefined;
  return {
    add: (exit) => {
      crashes += 1;
      const module = app.split(':')[0];
      if (reload) failure = `Importing ${module} ended the process: the worker ${endOf(exit)}.`;
    },
    forget: () => {
      crashes = 0;
      failure = undefined;
    },
    failure: () => failure,
    delay: () => (crashes < 2 ? 0 : Math.min(100 * 2 ** (crashes - 2), MAX_DELAY)),
  };
}

/** How a process ended, to follow its name. */
export function endOf({ code, signal }: Exit): string {
  return signal ? `was killed by ${signal}` : `exited with code ${code ?? 'unknown'}`;
}
