/** Where a request's time went, in HAR's words. */

import type { Captured } from '../captured.ts';

/** Milliseconds; -1: not known. They add up to the entry's time. */
export interface Timings {
  /** The wait in the kernel's backlog, of which nobody knows. */
  blocked: -1;
  dns: -1;
  connect: -1;
  ssl: -1;
  /** Reading the request. */
  send: number;
  /** The call of the app. */
  wait: number;
  /** Its iterable, the socket, and the iterable's `close()`. */
  receive: number;
}

const UNKNOWN = { blocked: -1, dns: -1, connect: -1, ssl: -1 } as const;

export function timingsOf({ request }: Captured): Timings {
  if (request.type === 'request.started') return { ...UNKNOWN, send: 0, wait: 0, receive: 0 };
  const { phases, duration } = request;
  const send = phases.read ?? 0;
  const receive = (phases.iterate ?? 0) + (phases.write ?? 0) + (phases.close ?? 0);
  const wait = Math.max(0, duration - send - receive);
  return { ...UNKNOWN, send: send / 1000, wait: wait / 1000, receive: receive / 1000 };
}
