/**
 * Spans and log lines for a collector that speaks OTLP/HTTP, as they come about: in batches, each second.
 * Nothing waits for it. What it does not take in time is lost, and counted.
 */

import type { Origin } from '../formats/captured.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stream/store.ts';
import { linesMessage, spansMessage } from './messages.ts';
import { createSender } from './sender.ts';
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
const MAX_REQUESTS = 200;
const MAX_LINES = 1_000;

export function createCollector({ store, log, limit, ...options }: CollectorOptions): Collector {
  const waiting = createWaiting(limit);
  const sender = createSender(options.endpoint.replace(/\/+$/, ''), log);
  const unsubscribe = store.subscribe(waiting.add);
  let overflown = 0;

  const sendBatch = async (): Promise<number> => {
    const { requests, lines } = waiting.take(MAX_REQUESTS, MAX_LINES, sender.hurried);
    const origin = options.origin();
    await sender.send(await spansMessage(requests, origin, store));
    await sender.send(linesMessage(lines, origin, waiting.traceId));
    sender.lost(waiting.lost - overflown, 'there is more than it takes');
    overflown = waiting.lost;
    return requests.length;
  };
  const run = async (): Promise<void> => {
    let sent = 0;
    while (!sender.hurried) {
      if (sent < MAX_REQUESTS) await sender.rest(EVERY);
      sent = await sendBatch();
    }
    while (waiting.size > 0 && !sender.ended) await sendBatch();
    sender.lost(waiting.size, 'the server ended');
  };
  const running = run().catch((error: Error) => {
    log('error', `Nothing more is sent to the collector: ${error.message}`);
    unsubscribe();
  });
  return {
    close: async () => {
      sender.hurry();
      await running;
      unsubscribe();
      sender.close();
    },
  };
}
