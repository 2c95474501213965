/** Workers that ended while they imported the app: how often, and what is done about it. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerEvent } from '../stream/protocol.ts';
import type { BootFailure } from './forkOrders.ts';

export type Exit = NonNullable<WorkerEvent['exit']>;

const MAX_DELAY = 5_000;

const SIGNALS: Record<string, string> = {
  SIGSEGV: 'a segmentation fault',
  SIGBUS: 'a bus error',
  SIGFPE: 'an arithmetic fault',
  SIGILL: 'an illegal instruction',
  SIGABRT: 'an abort',
};

export interface BootCrashes {
  /** A worker ended before it had imported the app; `stack` is what {@link takeStack} gave. */
  add(exit: Exit, stack: string): void;
  /** A worker has imported it, or there is a new generation. */
  forget(): void;
  /** In dev mode: what the next workers answer with, instead of running into it again. */
  failure(): BootFailure | undefined;
  /** Milliseconds before a worker is replaced: none at first, more at each crash. */
  delay(): number;
}

export function createBootCrashes(app: string, reload: boolean): BootCrashes {
  let crashes = 0;
  let failure: BootFailure | undefined;
  return {
    add: (exit, stack) => {
      crashes += 1;
      // Nothing says that this came of the import: believed when it happens again.
      const fromOutside = exit.signal === 'SIGKILL' && crashes === 1;
      if (reload && !fromOutside) failure = describe(`Importing ${app.split(':')[0]}`, exit, stack);
    },
    forget: () => {
      crashes = 0;
      failure = undefined;
    },
    failure: () => failure,
    delay: () => (crashes < 2 ? 0 : Math.min(100 * 2 ** (crashes - 2), MAX_DELAY)),
  };
}

function describe(importing: string, exit: Exit, stack: string): BootFailure {
  if (isTimeout(stack)) {
    const message = `${importing} took longer than ${limitIn(stack)} s and was stopped`;
    return { kind: 'timeout', message, stack };
  }
  const kind = exit.signal ? 'crash' : 'exit';
  return { kind, message: `${importing} ended the process: it ${endOf(exit)}`, stack };
}

/** `faulthandler` stopped it: the deadline for importing the app was over. */
function isTimeout(stack: string): boolean {
  return stack.startsWith('Timeout (');
}

/** Seconds, of `Timeout (0:00:30)!`. */
function limitIn(stack: string): number {
  const parts = stack.slice(0, stack.indexOf(')')).match(/\d+/g) ?? [];
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** How a process ended, to follow its name. */
export function endOf({ code, signal }: Exit): string {
  if (!signal) return `exited with code ${code ?? 'unknown'}`;
  const known = SIGNALS[signal];
  return known ? `was ended by ${known} (${signal})` : `was killed by ${signal}`;
}

/** Where a worker that has ended stood, as `faulthandler` wrote it; empty when nothing did. */
export function takeStack(directory: string, pid: number): string {
  const file = join(directory, `stacks-${pid}`);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(file, { force: true });
  }
}
