/**
 * The standby: a worker of the next generation, forked when all is calm. It imports what the next change
 * is not expected to touch and waits, so that a reload has only the rest to import. What is expected
 * to change is what changed last, at first the file with the newest date. A standby that has read
 * a file which did change ends instead, and another worker is forked in its place.
 */

import { stat } from 'node:fs/promises';
import { isReadLate } from '../reload/change.ts';
import type { StandbyOrder } from './forkOrders.ts';
import type { Worker } from './worker.ts';

/** Milliseconds without a reload or a boot before one is forked. */
const CALM = 100;
/** Where it will stand. */
export const STANDBY_SLOT = 1;
/** How many of the last changes are expected again. */
const REMEMBERED = 2;

export interface StandbyOptions {
  /** Whether new code answers, its workers stand or are about to, and none is being debugged. */
  calm(): boolean;
  /** Forks it; gives its generation. */
  fork(order: StandbyOrder): number;
  retire(worker: Worker): void;
}

export interface Standby {
  /** Forks one soon, unless there is one. */
  prepare(): void;
  /** User files that the app imports: known from here on. */
  imported(files: string[]): void;
  /** User modules that requests imported. */
  late(modules: string[]): void;
  /** It was forked, or has connected. */
  found(worker: Worker): void;
  ended(worker: Worker): void;
  /** The next generation begins, by a change of `files`; by something else when there are none. */
  begin(files: string[]): void;
  /** What it was forked from is out of date: another takes its place. */
  discard(): void;
  /** A new zygote has forked none yet. */
  startAgain(): void;
  /** This app cannot have one, or none that imports a certain module ahead. */
  giveUp(module: string | null): void;
}

export function createStandby({ calm, fork, retire }: StandbyOptions): Standby {
  const known = new Set<string>();
  const late = new Set<string>();
  /** Late modules that cannot be imported ahead. */
  const refused = new Set<string>();
  let recent: string[][] = [];
  let worker: Worker | undefined;
  /** The generation that it was asked for, until it is found or gone. */
  let asked: number | undefined;
  let unfit = false;
  /** It has ended by itself: the app cannot be imported, so another would end, too. */
  let failed = false;
  /** What became of it before it was found. */
  let early: ((worker: Worker) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const forkWhenCalm = async (): Promise<void> => {
    const expected = recent.length > 0 ? recent.flat() : await newest([...known]);
    if (!calm() || asked || unfit || failed || expected.length === 0) return;
    asked = fork({ expected, late: [...late].filter((name) => !refused.has(name)) });
  };

  /** Lets go of it: from here on it is a worker like any other, or none. */
  const letGo = (act: (worker: Worker) => void): void => {
    clearTimeout(timer);
    if (worker) {
      act(worker);
      worker = asked = undefined;
    } else if (asked) early = act;
  };

  const mayBegin = (files: string[]): boolean =>
    files.length > 0 && files.every((file) => known.has(file) || isReadLate(file));

  const prepare = (): void => {
    clearTimeout(timer);
    if (!unfit) timer = setTimeout(() => void forkWhenCalm(), CALM).unref();
  };

  const discard = (): void => {
    letGo(retire);
    prepare();
  };

  return {
    prepare,
    imported: (files) => {
      for (const file of files) known.add(file);
    },
    late: (modules) => {
      if (modules.every((name) => late.has(name))) return;
      for (const name of modules) late.add(name);
      discard(); // it has not imported these
    },
    found: (found) => {
      if (found.slot !== STANDBY_SLOT || found.generation !== asked) return;
      if (!early) worker = found;
      else {
        early(found);
        early = asked = undefined;
      }
    },
    ended: (ended) => {
      if (ended !== worker) return;
      worker = asked = undefined;
      failed = true;
    },
    begin: (files) => {
      failed = false;
      const code = files.filter((file) => known.has(file));
      if (code.length > 0) recent = [code, ...recent].slice(0, REMEMBERED);
      if (mayBegin(files)) letGo((standby) => standby.begin(files));
      else letGo(retire);
    },
    discard,
    startAgain: () => {
      letGo(retire);
      asked = early = undefined;
    },
    giveUp: (module) => {
      if (module) refused.add(module);
      else unfit = true;
      discard();
    },
  };
}

/** The file that was changed last, in an array; empty when there is none. */
async function newest(files: string[]): Promise<string[]> {
  const dated = await Promise.all(
    files.map(async (file) => ({ file, date: (await stat(file).catch(() => null))?.mtimeMs ?? 0 })),
  );
  dated.sort((a, b) => b.date - a.date);
  return dated.slice(0, 1).map(({ file }) => file);
}
