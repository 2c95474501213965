/**
 * The first zygote's Python, started as soon as it is known which one serves: it starts up while the
 * settings are read and the panel is opened.
 */

import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { appEnvironment } from './environment.ts';
import { startPython } from './zygote.ts';

/** Nothing else is run before it was seen to be a Python. */
const NAME = /^python[\d.]*$/;

export interface EarlyPython {
  /** Starts it, once. */
  start(executable: string): void;
  /** Gives it away, if it is this Python in this environment. */
  take(executable: string, environment: NodeJS.ProcessEnv): ChildProcess | undefined;
  /** Ends it, unless it was taken. */
  drop(): void;
}

export function createEarlyPython(workerFolder: () => string): EarlyPython {
  let child: ChildProcess | undefined;
  let started = '';

  const drop = (): void => {
    child?.kill('SIGKILL'); // at once: the folder that it imports from may go with this process
    child = undefined;
  };

  return {
    start: (executable) => {
      if (started || !NAME.test(basename(executable))) return;
      const environment = appEnvironment(process.env);
      started = keyOf(executable, environment);
      child = startPython(executable, workerFolder(), environment);
      child.once('error', () => {}); // who asked for it will say so
    },
    take: (executable, environment) => {
      const runs = child?.exitCode === null && child.signalCode === null;
      if (!runs || keyOf(executable, environment) !== started) drop();
      const taken = child;
      child = undefined;
      return taken;
    },
    drop,
  };
}

const keyOf = (executable: string, environment: NodeJS.ProcessEnv): string =>
  JSON.stringify([executable, environment]);
