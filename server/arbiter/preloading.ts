/**
 * Preloading: the library modules that the app was seen to import are what the zygote imports ahead,
 * so that the next generation's workers import user code only.
 */

import type { Log } from '../log.ts';
import type { Imported, ZygoteCommand, ZygoteReport } from './control.ts';

type Preloaded = Extract<ZygoteReport, { type: 'preloaded' }>;

/** An app that patches the standard library early must not find it loaded already. */
const PATCHERS = ['gevent.monkey', 'eventlet'];

/** Milliseconds. */
const SOON = 500;

export interface Preloading {
  /** What a worker imported. */
  learn(imported: Imported): void;
  /** Asks the zygote for what is new; nothing when there is nothing new. */
  ask(): void;
  /** The same, when what a first request imports has come together. */
  askSoon(): void;
  settle(report: Preloaded): void;
  /** A new zygote has preloaded nothing yet. */
  startAgain(): void;
}

export function createPreloading(send: (command: ZygoteCommand) => void, log: Log): Preloading {
  const known = new Set<string>();
  const loaded = new Set<string>();
  const rejected = new Set<string>();
  let preloaded = new Set<string>();
  let soon: NodeJS.Timeout | undefined;

  const wanted = (): string[] => {
    if (PATCHERS.some((name) => known.has(name))) return [];
    return [...known].filter((name) => !preloaded.has(name) && !rejected.has(name));
  };

  const ask = (): void => {
    const modules = wanted();
    if (modules.length > 0) send({ type: 'preload', modules, loaded: [...loaded] });
  };

  return {
    learn: (imported) => {
      for (const name of imported.preloadable) known.add(name);
      for (const name of imported.loaded) loaded.add(name);
    },
    ask,
    askSoon: () => {
      clearTimeout(soon);
      soon = setTimeout(ask, SOON);
      soon.unref();
    },
    settle: (report) => {
      for (const name of report.modules) preloaded.add(name);
      for (const name of Object.keys(report.rejected)) rejected.add(name);
      describe(report, log);
    },
    startAgain: () => {
      preloaded = new Set();
    },
  };
}

function describe({ modules, rejected, duration }: Preloaded, log: Log): void {
  log('debug', `Preloaded ${modules.length} library modules in ${Math.round(duration / 1000)} ms`);
  for (const [name, why] of Object.entries(rejected))
    log('debug', `Not preloaded: ${name}: ${why}`);
}
