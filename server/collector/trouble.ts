/** What is said of a collector that does not take what it is sent: once, not at each attempt. */

import type { Log } from '../log.ts';

export interface Trouble {
  /** It will be tried again. */
  failed(reason: string): void;
  worked(): void;
  /** So many requests and lines will not be sent again. */
  lost(count: number, reason: string): void;
  /** The last word: how many were lost in all. */
  close(): void;
}

export function createTrouble(endpoint: string, log: Log): Trouble {
  let failing = false;
  let lost = 0;
  return {
    failed: (reason) => {
      if (!failing) log('warning', `The collector at ${endpoint}: ${reason}; trying again`);
      failing = true;
    },
    worked: () => {
      if (failing) log('info', `The collector at ${endpoint} takes spans again`);
      failing = false;
    },
    lost: (count, reason) => {
      if (lost === 0 && count > 0) {
        log('warning', `The collector at ${endpoint} does not get everything: ${reason}`);
      }
      lost += count;
    },
    close: () => {
      if (lost > 0) log('warning', `The collector did not get ${lost} requests and lines`);
    },
  };
}
