/** Tells what the workers use, while somebody watches. */

import { isDeepStrictEqual } from 'node:util';
import { usageOf } from './arbiter/usage.ts';
import type { Worker } from './arbiter/worker.ts';
import { type Journal, now } from './stream/events.ts';
import type { WorkerUsage } from './stream/protocol.ts';

/** Milliseconds. */
const EVERY = 2000;

export interface UsageOptions {
  workers(): Worker[];
  watched(): boolean;
  journal: Journal;
}

export function tellUsage({ workers, watched, journal }: UsageOptions): { close(): void } {
  let told: WorkerUsage[] = [];

  async function look() {
    if (!watched()) return;
    const living = workers();
    const usage = await usageOf(living.map((worker) => worker.pid));
    const used = living.flatMap((worker) => {
      const one = usage.get(worker.pid);
      if (!one) return [];
      const { memory, cpu } = one;
      return [{ ...worker.identity, 'process.memory.usage': memory, 'process.cpu.time': cpu }];
    });
    if (isDeepStrictEqual(used, told)) return;
    told = used;
    journal({ type: 'usage', time: now(), workers: used });
  }

  const timer = setInterval(() => void look().catch(() => {}), EVERY);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
