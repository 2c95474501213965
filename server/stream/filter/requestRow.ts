/** A request as lists show it and filters judge it, whether it is still in flight or has ended. */

import type { Microseconds, RequestEnded, RequestHead, SeverityNumber } from '../protocol.ts';

export interface RequestRow {
  kind: 'request';
  /** When it started, a microsecond or so later where that was taken: rows are in its order. */
  key: number;
  head: RequestHead;
  started: Microseconds;
  /** Null while it is in flight. */
  ended: RequestEnded | null;
  /** Its worker died while it ran. */
  abandoned: boolean;
  logs: number;
  exceptions: number;
  /** Those that are no answer by themselves, as a 404 is. */
  faults: number;
  /** The worst of its log lines; 0 while there is none. */
  severity: SeverityNumber | 0;
}

/** How the server ends a request whose worker died: nothing is known of it. */
export const isCutShort = ({ phases, client_gone, ...event }: RequestEnded): boolean =>
  event['http.response.status_code'] === null &&
  !client_gone &&
  Object.values(phases).every((phase) => phase === null);

export const isInFlight = (row: RequestRow): boolean => row.ended === null && !row.abandoned;

export const statusOf = (row: RequestRow): number | null =>
  row.ended?.['http.response.status_code'] ?? null;

/** A 4xx is the client's affair. */
export const isFailed = (row: RequestRow): boolean => row.abandoned || (statusOf(row) ?? 0) >= 500;

/** Failed, or answered well though something went wrong on the way. */
export const hasError = (row: RequestRow): boolean =>
  isFailed(row) || row.faults > 0 || row.severity >= 17;

/** From here on a person waits. */
const SLOW: Microseconds = 500_000;

export const isSlow = ({ ended }: RequestRow): boolean => (ended?.duration ?? 0) >= SLOW;

/** How long it took, or has been running. `now` is on the server's clock. */
export function durationOf(row: RequestRow, now: Microseconds): Microseconds {
  return row.ended?.duration ?? Math.max(0, now - row.started);
}
