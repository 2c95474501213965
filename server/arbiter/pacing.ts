/**
 * Pacing: how many workers import the app at once. At a reload the first one has the processors to
 * itself, as every answer is new from the moment when it is ready; its siblings follow.
 */

import { availableParallelism } from 'node:os';
import type { Workers } from './workers.ts';

const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** Milliseconds after which the first is not waited for: it may be stopped in the debugger. */
const PATIENCE = 2_000;

export interface Pacing {
  /** A generation begins. */
  begin(generation: number): void;
  /** How many workers more may be forked now; `retry` follows when there is room again. */
  room(): number;
}

export function createPacing(reload: boolean, workers: Workers, retry: () => void): Pacing {
  let current = 0;
  let timer: NodeJS.Timeout | undefined;
  let patient = false;

  return {
    begin: (generation) => {
      patient = reload && current > 0;
      current = generation;
      clearTimeout(timer);
      if (!patient) return;
      timer = setTimeout(() => {
        patient = false;
        retry();
      }, PATIENCE).unref();
    },
    room: () => {
      const { booting, booted } = workers.progress(current);
      return patient && booted === 0 ? Math.max(0, AT_ONCE - booting) : Number.POSITIVE_INFINITY;
    },
  };
}
