/**
 * Spans and log lines for a collector that speaks OTLP/HTTP, as they come about: in batches, each second.
 * Nothing waits for it. What it does not take in time is lost, and counted.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Origin } from '../formats/captured.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stream/store.ts';
import { deliver } from './delivery.ts';
import { linesMessage, type Message, spansMessage } from './messages.ts';
import { createTrouble } from './trouble.ts';
import { createWaiting } from './waiting.ts';

export interface CollectorOptions {
  /** `http://127.0.0.1:4318`, to which `/v1/traces` and `/v1/logs` are added. */
  endpoint: string;
  store: Store;
  origin(): Origin;
  log: Log;
  /** Requests, and lines, that may wait. */
  limit?: number;
}

export interface Collector {
  /** Sends what waits, for two seconds at most. */
  close(): Promise<void>;
}

/** Milliseconds. */
const EVERY = 1_000;
const LAST = 2_000;
const HURRIED = 100;
const LONGEST_PAUSE = 30_000;

const MAX_REQUESTS = 200;
const MAX_LINES = 1_000;

export function createCollector(options: CollectorOptions): Collector {
  const { store, log, limit } = options;
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const waiting = createWaiting(limit);
  const unsubscribe = store.subscribe(waiting.add);
  const trouble = createTrouble(endpoint, log);
  const closing = new AbortController();
  const end = new AbortController();
  let overflown = 0;

  /** Cut short when the server ends, and short from then on. */
  const rest = async (milliseconds: number): Promise<void> => {
    const hurried = closing.signal.aborted;
    const signal = hurried ? end.signal : closing.signal;
    const time = hurried ? HURRIED : milliseconds;
    await sleep(time, undefined, { signal, ref: false }).catch(() => undefined);
  };
  const pause = async (failures: number, reason: string, asked: number | null): Promise<void> => {
    trouble.failed(reason);
    await rest(asked ?? Math.min(EVERY * 2 ** (failures - 1), LONGEST_PAUSE));
  };
  const send = async ({ path, body, count }: Message): Promise<void> => {
    if (count === 0) return;
    const outcome = await deliver(endpoint + path, body, { signal: end.signal, pause });
    if (!outcome.taken) return trouble.lost(count, outcome.reason);
    trouble.worked();
    trouble.lost(outcome.rejected, 'it refused a part');
  };
  const sendBatch = async (): Promise<number> => {
    const { requests, lines } = waiting.take(MAX_REQUESTS, MAX_LINES, closing.signal.aborted);
    const origin = options.origin();
    await send(await spansMessage(requests, origin, store));
    await send(linesMessage(lines, origin, waiting.traceId));
    trouble.lost(waiting.lost - overflown, 'there is more than it takes');
    overflown = waiting.lost;
    return requests.length;
  };
  const run = async (): Promise<void> => {
    let sent = 0;
    while (!closing.signal.aborted) {
      if (sent < MAX_REQUESTS) await rest(EVERY);
      sent = await sendBatch();
    }
    while (waiting.size > 0 && !end.signal.aborted) await sendBatch();
    trouble.lost(waiting.size, 'the server ended');
  };
  const running = run().catch((error: Error) => {
    log('error', `Nothing more is sent to the collector: ${error.message}`);
    unsubscribe();
  });

  return {
    close: async () => {
      closing.abort();
      const timer = setTimeout(() => end.abort(), LAST);
      await running;
      clearTimeout(timer);
      unsubscribe();
      trouble.close();
    },
  };
}
