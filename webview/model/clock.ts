/**
 * The server's clock, guessed from its events: under Remote-SSH the page runs on another machine,
 * whose clock may be seconds away. The least delay seen on a live event is taken for the offset.
 */

import type { Microseconds } from '../../server/stream/protocol.ts';

export interface Clock {
  /** Tells of an event that has just happened; not of one replayed from the history. */
  observe(time: Microseconds): void;
  /** Now, in microseconds since the epoch, on the server's clock. */
  now(): Microseconds;
}

const pageTime = (): Microseconds => Date.now() * 1000;

export function createClock(page: () => Microseconds = pageTime): Clock {
  let offset: number | null = null;
  return {
    observe(time) {
      const delay = page() - time;
      offset = offset === null ? delay : Math.min(offset, delay);
    },
    now: () => page() - (offset ?? 0),
  };
}
