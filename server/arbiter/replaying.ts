/**
 * Replays: which worker serves a request once more. One that ends before it has begun it gives it back,
 * as its code is superseded, and another gets it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import { ask } from './asking.ts';
import type { ReplayOrder } from './replayOrder.ts';
import type { Worker } from './worker.ts';

/** A worker answers as soon as it has it, also while it is paused. */
const SECONDS = 10;
/** Milliseconds between two looks for a worker, and until none is looked for any longer. */
const LOOK_AGAIN = 50;
const PATIENCE = 30_000;

export interface ReplayingOptions {
  settings: ServeSettings;
  log: Log;
  generation(): number;
  /** Whether the server is to go on. */
  open(): boolean;
  workers(): Worker[];
}

export interface Replaying {
  /** Resolves with the worker that has it; rejects with what is in the way. */
  send(order: ReplayOrder): Promise<Worker>;
  /** A worker has ended and not begun it. */
  again(order: ReplayOrder, from: Worker): void;
}

export function createReplaying(options: ReplayingOptions): Replaying {
  const { settings, log, generation, open, workers } = options;

  /** True when a worker has it, false when that one has ended without it. */
  const give = async (order: ReplayOrder, worker: Worker): Promise<boolean> => {
    const answer = await ask(worker, { type: 'replay', ...order }, SECONDS);
    if (answer?.type === 'replayed') {
      if (answer.error !== undefined) throw new Error(`Not sent: ${answer.error}.`);
      return true;
    }
    if (worker.state === 'exited') return false;
    throw new Error(`Worker ${worker.slot} does not answer.`);
  };

  const send = async (order: ReplayOrder, from?: Worker): Promise<Worker> => {
    if (!settings.capture) throw new Error('This server does not capture: start it with --dev.');
    for (const until = performance.now() + PATIENCE; performance.now() < until; ) {
      const worker = open() && choose(workers(), generation(), order.slot, from);
      if (worker && (await give(order, worker))) return worker;
      await sleep(LOOK_AGAIN, undefined, { ref: false });
    }
    throw new Error('No worker is there to take it.');
  };

  return {
    send: (order) => send(order),
    again: (order, from) => {
      send(order, from).catch((error: Error) =>
        log('warning', `Request ${order.replay_of} was not sent again: ${error.message}`),
      );
    },
  };
}

/** Of the current code: the one in that slot, else the one that is the least busy. */
function choose(
  workers: Worker[],
  generation: number,
  slot: number | null,
  from: Worker | undefined,
): Worker | undefined {
  const fitting = workers.filter(
    (worker) =>
      worker !== from &&
      (slot === null || worker.slot === slot) &&
      // A paused one stays in its slot, whatever it runs; the rest is about to be replaced.
      (worker.standsFor(generation) || (!from && slot !== null && !worker.retired)),
  );
  return fitting.sort((a, b) => busyness(a) - busyness(b) || b.generation - a.generation)[0];
}

/** Rather one that can begin at once, and that is steered to: what is worse comes first. */
function busyness(worker: Worker): number {
  const obstacles = [worker.paused, worker.full, worker.state === 'booting', !worker.steered];
  const rank = obstacles.reduce((sum, is) => sum * 2 + Number(is), 0);
  return rank * 1e12 + (worker.busy ?? 0);
}
