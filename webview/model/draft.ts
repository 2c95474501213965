/** A request as a person is about to send it again: what it was, and what of it they changed. */

import type { RequestEdit } from '../../server/stream/commands.ts';
import type { Fields, Trace } from '../../server/stream/trace.ts';
import type { RequestRow } from './rows.ts';

export interface Draft {
  row: RequestRow;
  method: string;
  /** Path and query. */
  target: string;
  headers: Fields;
  /** Empty: none. */
  body: string;
  /** Null: whichever is free. */
  worker: number | null;
  /** With the debugger attached to that worker first. */
  debug: boolean;
  /** False: it is only asked whether it is to be sent as it was. */
  isEdited: boolean;
}

/** Of the connection, or made anew when it is sent (RFC 9110, 7.6.1). */
const OF_CONNECTION = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

const targetOf = ({ head }: RequestRow): string =>
  head['url.query'] ? `${head['url.path']}?${head['url.query']}` : head['url.path'];

export const draftOf = (
  row: RequestRow,
  trace: Trace | null,
): Omit<Draft, 'debug' | 'isEdited'> => ({
  row,
  method: row.head['http.request.method'],
  target: targetOf(row),
  headers: (trace?.request_headers ?? [])
    .filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()))
    .map(([name, value]) => [name, value]),
  body: trace?.request_body?.text ?? '',
  worker: null,
});

/** Only what differs: the rest stays as it was sent, and what was hidden with it. */
export function editOf(draft: Draft, trace: Trace | null): RequestEdit {
  const before = draftOf(draft.row, trace);
  const headers = draft.headers.filter(([name]) => name.trim() !== '');
  return {
    ...(draft.method === before.method ? {} : { 'http.request.method': draft.method }),
    ...(draft.target === before.target ? {} : { target: draft.target }),
    ...(isSame(headers, before.headers) ? {} : { headers }),
    ...(draft.body === before.body ? {} : { body: draft.body || null }),
  };
}

const isSame = (some: Fields, others: Fields): boolean =>
  JSON.stringify(some) === JSON.stringify(others);
