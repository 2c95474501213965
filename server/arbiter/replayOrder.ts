/** What a worker is told of a request that it is to serve once more. */

import { randomBytes } from 'node:crypto';
import type { Commands, RequestEdit } from '../stream/commands.ts';
import type { RequestEnded, RequestStarted } from '../stream/protocol.ts';
import type { Body, Fields } from '../stream/trace.ts';

/** As it was told, secrets hidden, with what is other in it; the worker puts both together. */
export interface ReplayOrder {
  /** The id that it is to have. */
  request: string;
  replay_of: string;
  /** The address of who sent it first. */
  client: string;
  method: string;
  target: string;
  headers: Fields;
  body: Body | null;
  /** The request as it was sent, as the worker sealed it; null: as it was told. */
  sealed: string | null;
  edit: RequestEdit;
  /** Whose worker is to have it, for who sends it on when that one ends; null: any. */
  slot: number | null;
}

/** @throws Error that says why it cannot be sent again. */
export function replayOrder(
  { request, trace }: Pick<Commands['request']['gives'], 'request' | 'trace'>,
  sealed: string | null,
  edit: RequestEdit,
): Omit<ReplayOrder, 'slot'> {
  if (!isEdit(edit)) throw new Error('Not an edit of a request: see RequestEdit.');
  if (!trace || trace.request_headers.length === 0) throw new Error(whyUnknown(request));
  const { 'url.path': path, 'url.query': query } = request;
  return {
    request: randomBytes(8).toString('hex'),
    replay_of: request.request,
    client: request['client.address'],
    method: request['http.request.method'],
    target: query ? `${path}?${query}` : path,
    headers: trace.request_headers,
    body: trace.request_body,
    sealed,
    edit,
  };
}

function whyUnknown(request: RequestEnded | RequestStarted): string {
  const name = `Request ${request.request}`;
  if (request.type === 'request.started') {
    return `${name} still runs: what it was sent with is known when it has ended.`;
  }
  const why = request.detail === 'summary' ? 'were not recorded, for the load' : 'are not kept';
  return `Headers and body of request ${request.request} ${why}: send it from its client again.`;
}

/** It comes from outside, and a worker takes it as it is. */
function isEdit(edit: RequestEdit): boolean {
  const { 'http.request.method': method = '', target = '', headers = [], body = '' } = edit;
  const isPair = (field: unknown) =>
    Array.isArray(field) && field.length === 2 && field.every((part) => typeof part === 'string');
  return (
    typeof method === 'string' &&
    typeof target === 'string' &&
    (body === null || typeof body === 'string') &&
    Array.isArray(headers) &&
    headers.every(isPair)
  );
}
