/** Requests of a HAR file, ours or a browser's. */

import type { Body, Fields, Trace } from '../../stream/trace.ts';
import type { TraceRest } from '../har/extension.ts';
import { type Entry, entry } from './harEntry.ts';
import { hideBody, hideFields, hidePairs } from './hiding.ts';
import { type Imported, importedRequest, targetIn } from './imported.ts';
import { list, object } from './reading.ts';

/** @throws Error that says where it is not one */
export function importHar(file: Record<string, unknown>): Imported[] {
  const { entries } = object(file['log'], 'log');
  return list(entry)(entries, 'log.entries').map(importEntry);
}

function importEntry(read: Entry, index: number): Imported {
  const { request, response, _prefork: own } = read;
  const started = Date.parse(read.startedDateTime) * 1000;
  if (Number.isNaN(started)) {
    throw new Error(`log.entries[${index}].startedDateTime: a date is expected`);
  }
  const target = targetIn(request.url);
  const trace = traceOf(read, own?.trace ?? null);
  return {
    request: importedRequest({
      imported: 'har',
      'http.request.method': request.method,
      ...target,
      'url.query': hidePairs(target['url.query']),
      started,
      ...timesOf(read),
      'http.response.status_code': response.status || null,
      'http.request.body.size': sizeOf(request.bodySize, trace.request_body),
      'http.response.body.size': sizeOf(response.bodySize, trace.response_body),
      ...own?.request,
      logs: own?.logs.length ?? 0,
      exceptions: own?.exceptions.length ?? 0,
    }),
    trace,
    logs: own?.logs ?? [],
    exceptions: own?.exceptions ?? [],
  };
}

const microseconds = (time = 0): number => Math.round(Math.max(0, time) * 1000);

/** What a browser tells of before the wait is all the way there. */
function timesOf({ time, timings }: Entry) {
  const app = microseconds(timings.wait);
  const iterate = microseconds(timings.receive);
  const known = microseconds(timings.send) + app + iterate;
  const duration = Math.max(known, microseconds(time));
  return {
    duration,
    phases: { read: duration - app - iterate, app, iterate, write: null, close: null },
  };
}

const sizeOf = (told: number | undefined, body: Body | null): number =>
  told !== undefined && told >= 0 ? Math.round(told) : (body?.size ?? 0);

function traceOf({ request, response }: Entry, rest: TraceRest | null): Trace {
  const { request_body: asked = null, response_body: answered = null } = rest ?? {};
  const { mimeType = '', size, text, encoding } = response.content;
  const plain = text !== null && encoding === 'base64' ? decoded(text, mimeType) : text;
  const posted = request.postData;
  return {
    spans: [],
    groups: [],
    findings: [],
    ...rest,
    request_headers: fieldsOf(request.headers),
    response_headers: fieldsOf(response.headers),
    request_body: posted && bodyOf(posted.text, posted.mimeType, posted.text?.length ?? 0, asked),
    response_body: size === 0 && !plain ? null : bodyOf(plain, mimeType, size, answered),
  };
}

const fieldsOf = (headers: Entry['request']['headers']): Fields =>
  hideFields(headers.map(({ name, value }) => [name, value]));

/** Null: it is no text. */
function decoded(text: string, mimeType: string): string | null {
  const isText = /^text\/|json|xml|javascript|urlencoded/i.test(mimeType);
  return isText ? Buffer.from(text, 'base64').toString('utf8') : null;
}

function bodyOf(
  text: string | null,
  type: string,
  size: number,
  own: TraceRest['request_body'],
): Body {
  const lost = text === null || (own !== null && own.cut >= size);
  return {
    size: own?.size ?? size,
    content_type: type,
    text: lost ? null : hideBody(text, type),
    cut: own?.cut ?? (lost ? size : 0),
    ...(own?.redacted && { redacted: true }),
  };
}
