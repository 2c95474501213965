/** The rows of the request list: requests, and the reloads between them. */

import type { RequestRow } from '../../server/stream/filter/requestRow.ts';
import type {
  ExceptionEvent,
  Microseconds,
  ReloadEvent,
  WorkerEvent,
} from '../../server/stream/protocol.ts';

export {
  durationOf,
  hasError,
  isCutShort,
  isFailed,
  isInFlight,
  isSlow,
  type RequestRow,
  statusOf,
} from '../../server/stream/filter/requestRow.ts';

export interface ReloadRow {
  kind: 'reload';
  key: number;
  /** The generation that answered before; null for the first. */
  previous: number | null;
  reload: ReloadEvent;
  /** When it was begun. */
  begun: Microseconds;
  /** How many requests older code answered after that. */
  drained: number;
}

export type Row = RequestRow | ReloadRow;

export const rowKey = (row: Row): number => row.key;

/** A generation that could not be imported, and why. */
export interface Failure {
  reload: ReloadEvent;
  exception: ExceptionEvent | undefined;
}

/** A worker that was killed or crashed, and the requests that it took along. */
export interface Death {
  worker: WorkerEvent;
  requests: readonly RequestRow[];
}

export const diedBadly = ({ exit }: WorkerEvent): boolean =>
  exit !== undefined && (exit.signal !== null || (exit.code ?? 0) !== 0);
