/** The rows of the request list: requests, and the reloads between them. */

import type {
  ExceptionEvent,
  Microseconds,
  ReloadEvent,
  RequestEnded,
  RequestHead,
  SeverityNumber,
} from '../../server/stream/protocol.ts';

export interface RequestRow {
  kind: 'request';
  /** Sequence number of the first event about it: rows are in its order. */
  key: number;
  head: RequestHead;
  started: Microseconds;
  /** Null while it is in flight. */
  ended: RequestEnded | null;
  /** Its worker died while it ran. */
  abandoned: boolean;
  logs: number;
  exceptions: number;
  /** The worst of its log lines; 0 while there is none. */
  severity: SeverityNumber | 0;
}

export interface ReloadRow {
  kind: 'reload';
  key: number;
  /** The generation that answered before; null for the first. */
  previous: number | null;
  reload: ReloadEvent;
}

export type Row = RequestRow | ReloadRow;

/** A generation that could not be imported, and why. */
export interface Failure {
  reload: ReloadEvent;
  exception: ExceptionEvent | undefined;
}

/** How the server ends a request whose worker died: nothing is known of it. */
export const isCutShort = ({ phases, client_gone, ...event }: RequestEnded): boolean =>
  event['http.response.status_code'] === null &&
  !client_gone &&
  Object.values(phases).every((phase) => phase === null);

export const isInFlight = (row: RequestRow): boolean => row.ended === null && !row.abandoned;

export const statusOf = (row: RequestRow): number | null =>
  row.ended?.['http.response.status_code'] ?? null;

/** A 4xx is the client's affair; what failed is a 5xx, an exception or a lost worker. */
export function isFailed(row: RequestRow): boolean {
  return row.abandoned || row.exceptions > 0 || (statusOf(row) ?? 0) >= 500;
}

/** How long it took, or has been running. `now` is on the server's clock. */
export function durationOf(row: RequestRow, now: Microseconds): Microseconds {
  return row.ended?.duration ?? Math.max(0, now - row.started);
}
