/**
 * Spare workers: in dev mode nothing deadlocks. When every worker has all its threads in long requests
 * (event streams in a few tabs, an app that calls itself), one more is forked, and retired when idle.
 */

import type { Worker } from './worker.ts';

const MAX_SPARES = 8;
/** Microseconds that a worker's oldest request runs before the worker counts as occupied. */
const LONG = 100_000;
/** Milliseconds that a spare worker is idle before it goes, and between two looks at that. */
const IDLE = 5_000;
const LOOK_EVERY = 1_000;

export interface SparesOptions {
  /** The workers of the current generation that are not retiring. */
  standing(): Worker[];
  /** How many workers the settings ask for: in the slots after that stand the spares. */
  wanted(): number;
  /** `count` has grown. */
  grown(count: number): void;
  retire(worker: Worker): void;
}

export interface Spares {
  /** How many there are to be, besides the workers that the settings ask for. */
  readonly count: number;
  /** A worker has told how busy it is. */
  consider(): void;
  /** There is a new generation: it starts without any. */
  reset(): void;
}

export function createSpares({ standing, wanted, grown, retire }: SparesOptions): Spares {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  /** The last one goes first, so that the slots stay without gaps. */
  const retireIdle = (): void => {
    const last = standing().find(({ slot }) => slot === wanted() + count);
    if (!last || !isIdle(last)) return;
    count -= 1;
    if (count === 0) clearInterval(timer);
    retire(last);
  };

  return {
    get count() {
      return count;
    },
    consider: () => {
      // If all are paused there is none: a spare would answer what is to stop there.
      const running = standing().filter((worker) => !worker.paused);
      if (count >= MAX_SPARES || running.length === 0 || !running.every(isOccupied)) return;
      count += 1;
      if (count === 1) timer = setInterval(retireIdle, LOOK_EVERY).unref();
      grown(count);
    },
    reset: () => {
      count = 0;
      clearInterval(timer);
    },
  };
}

function isOccupied(worker: Worker): boolean {
  return worker.full && (worker.busy ?? 0) > LONG;
}

function isIdle({ state, idleSince }: Worker): boolean {
  return state === 'ready' && idleSince !== null && performance.now() - idleSince > IDLE;
}
