/** Requests that are handed over, and the server that they came to. */

import type { Captured, Origin } from '../../server/formats/captured.ts';
import type { RequestEnded } from '../../server/stream/protocol.ts';
import type { Trace } from '../../server/stream/trace.ts';
import { EPOCH, ended, ROOT } from './streamEvents.ts';
import { trace } from './traceSamples.ts';

export const ORIGIN: Origin = {
  app: 'wsgi:application',
  service: 'shop',
  addresses: ['http://127.0.0.1:8000'],
  root: ROOT,
  pythonpath: [],
  python: '3.12.4',
  version: '0.1.0',
  libraries: { django: '5.2.8' },
};

/** A request that has ended, as the store has it. */
export function captured(changes: Partial<RequestEnded>, traced: Partial<Trace> = {}): Captured {
  const event = { ...ended(1, changes), sequence: 1, time: EPOCH, started: EPOCH - 12_000 };
  return { request: event, logs: [], exceptions: [], trace: trace([], traced) };
}
