/** A request out of a file, before the store has it. */

import { randomBytes } from 'node:crypto';
import type { NewEvent } from '../../stream/events.ts';
import type { ExceptionEvent, LogEvent, RequestEnded } from '../../stream/protocol.ts';
import type { Trace } from '../../stream/trace.ts';

type New<Type extends NewEvent['type']> = Extract<NewEvent, { type: Type }>;

export interface Imported {
  request: New<'request.ended'>;
  trace: Trace;
  /** Without the request's id: that is given to them when it is recorded. */
  logs: Omit<LogEvent, 'type' | 'sequence' | 'request'>[];
  exceptions: Omit<ExceptionEvent, 'type' | 'sequence' | 'request'>[];
}

export const newId = (digits: 16 | 32): string => randomBytes(digits / 2).toString('hex');

type Known = Partial<New<'request.ended'>> &
  Pick<RequestEnded, 'http.request.method' | 'started' | 'duration'> & { imported: 'har' | 'otlp' };

/** What is not known of it is as little as can be said. */
export function importedRequest(known: Known): New<'request.ended'> {
  return {
    type: 'request.ended',
    time: known.started + known.duration,
    request: newId(16),
    trace_id: newId(32),
    'url.path': '/',
    'url.query': '',
    'client.address': '',
    'http.response.status_code': null,
    'http.request.body.size': 0,
    'http.response.body.size': 0,
    phases: { read: null, app: null, iterate: null, write: null, close: null },
    cpu: null,
    'http.route': null,
    view: null,
    framework: null,
    totals: {},
    findings: [],
    detail: 'full',
    own: 0,
    client_gone: false,
    logs: 0,
    exceptions: 0,
    ...known,
    worker: 0,
    generation: 0,
    'process.pid': 0,
    'thread.id': 0,
  };
}

/** Path and query as the store has them: the path percent-decoded, a character for each byte. */
export function targetIn(url: string): { 'url.path': string; 'url.query': string } {
  const [path = '', ...query] = url.replace(/^[a-z][\w+.-]*:\/\/[^/?#]*/i, '').split('?');
  const decoded = path.replace(/%([\da-f]{2})/gi, (_, byte) =>
    String.fromCharCode(parseInt(byte, 16)),
  );
  return { 'url.path': decoded || '/', 'url.query': query.join('?').replace(/#.*$/s, '') };
}
