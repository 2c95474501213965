/** Honest clients: keep-alive, one request after the other, at a pace; every failure throws. */

import assert from 'node:assert/strict';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './http.ts';

export interface Pace {
  clients: number;
  seconds: number;
  /** Milliseconds between an answer and the next request of the same client. */
  pause: number;
}

/** How long each request took, in ms, sorted. */
export async function latencies(url: string, { clients, seconds, pause }: Pace): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      assert.equal((await send(url, { agent })).status, 200);
      times.push(performance.now() - began);
      await sleep(pause);
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  return times.sort((a, b) => a - b);
}

/** `part` is 0.5 for the median, 0.99 for the 99th percentile. */
export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
