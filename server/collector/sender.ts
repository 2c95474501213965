/** Sends one message after another, at a pace that the collector can keep up with. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { deliver } from './delivery.ts';
import type { Message } from './messages.ts';
import { createTrouble } from './trouble.ts';

export interface Sender {
  /** Resolves when it is taken, refused, or there is no time left. */
  send(message: Message): Promise<void>;
  /** Cut short when the server ends, and short from then on; in milliseconds. */
  rest(time: number): Promise<void>;
  /** So many requests and lines will not be sent. */
  lost(count: number, reason: string): void;
  /** From now on there are two seconds. */
  hurry(): void;
  readonly hurried: boolean;
  /** The two seconds are over. */
  readonly ended: boolean;
  /** Says how much was lost in all. */
  close(): void;
}

/** Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const HURRIED_PAUSE = 100;
const LAST = 2_000;

export function createSender(endpoint: string, log: Log): Sender {
  const trouble = createTrouble(endpoint, log);
  const hurry = new AbortController();
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const rest = resting(hurry.signal, end.signal);
  const pause = async (failures: number, reason: string, asked: number | null): Promise<void> => {
    trouble.failed(reason);
    await rest(asked ?? Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE));
  };
  return {
    rest,
    send: async ({ path, body, count }) => {
      if (count === 0) return;
      const outcome = await deliver(endpoint + path, body, { signal: end.signal, pause });
      if (!outcome.taken) return trouble.lost(count, outcome.reason);
      trouble.worked();
      trouble.lost(outcome.rejected, 'it refused a part');
    },
    lost: trouble.lost,
    hurry: () => {
      hurry.abort();
      timer = setTimeout(() => end.abort(), LAST);
    },
    get hurried() {
      return hurry.signal.aborted;
    },
    get ended() {
      return end.signal.aborted;
    },
    close: () => {
      clearTimeout(timer);
      trouble.close();
    },
  };
}

function resting(hurry: AbortSignal, end: AbortSignal): Sender['rest'] {
  return async (time) => {
    const options = { signal: hurry.aborted ? end : hurry, ref: false };
    const pause = hurry.aborted ? HURRIED_PAUSE : time;
    await sleep(pause, undefined, options).catch(() => undefined);
  };
}
