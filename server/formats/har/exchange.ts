/** The request and the response of a HAR entry. */

import { STATUS_CODES } from 'node:http';
import type { Body, Fields } from '../../stream/trace.ts';
import { type Captured, fieldOf, type Origin, outcomeOf } from '../captured.ts';
import { HIDDEN, type Part } from '../hidden.ts';
import { baseOf, percentEncoded, targetOf } from '../sendable.ts';
import { type Cookie, cookiesSent, cookiesSet } from './cookies.ts';

interface Named {
  name: string;
  value: string;
}

interface Message {
  httpVersion: string;
  cookies: Cookie[];
  headers: Named[];
  headersSize: -1;
  bodySize: number;
}

export interface Exchange {
  request: Message & {
    method: string;
    url: string;
    queryString: Named[];
    postData?: { mimeType: string; text: string; comment?: string };
  };
  response: Message & {
    status: number;
    statusText: string;
    redirectURL: string;
    content: { size: number; mimeType: string; text?: string; comment?: string };
  };
}

export function exchangeOf(captured: Captured, origin: Origin): Exchange {
  const { request, trace } = captured;
  const query = request['url.query'];
  const asked = trace?.request_headers ?? [];
  const body = trace?.request_body ?? null;
  return {
    request: {
      method: request['http.request.method'],
      url: urlOf(captured, origin),
      queryString: [...new URLSearchParams(query)].map(([name, value]) => ({ name, value })),
      ...message(asked, cookiesSent(asked), sizeOf(captured, 'request')),
      ...(body && {
        postData: { mimeType: body.content_type, text: body.text ?? '', ...lack(body) },
      }),
    },
    response: answerOf(captured),
  };
}

function answerOf(captured: Captured): Exchange['response'] {
  const { trace } = captured;
  const { status } = outcomeOf(captured);
  const fields = trace?.response_headers ?? [];
  const size = sizeOf(captured, 'response');
  const body = trace?.response_body ?? null;
  const mimeType = body?.content_type ?? fieldOf(fields, 'content-type') ?? '';
  const text = body?.text ?? null;
  return {
    status: status ?? 0,
    statusText: STATUS_CODES[status ?? 0] ?? '',
    ...message(fields, cookiesSet(fields), size),
    redirectURL: fieldOf(fields, 'location') ?? '',
    content: { size, mimeType, ...(text !== null && { text }), ...lack(body) },
  };
}

const message = (fields: Fields, cookies: Cookie[], bodySize: number): Message => ({
  httpVersion: 'HTTP/1.1',
  cookies,
  headers: fields.map(([name, value]) => ({ name, value })),
  headersSize: -1,
  bodySize,
});

function sizeOf({ request }: Captured, side: 'request' | 'response'): number {
  return request.type === 'request.ended' ? request[`http.${side}.body.size`] : 0;
}

function lack(body: Body | null): { comment?: string } {
  if (!body) return {};
  if (body.text === null) return { comment: 'The body is not kept.' };
  return body.cut > 0 ? { comment: `${body.cut} bytes of the body are not kept.` } : {};
}

/** As the client asked for it; what was hidden is percent-encoded, as no URL has brackets there. */
function urlOf({ request, trace }: Captured, origin: Origin): string {
  const host = fieldOf(trace?.request_headers ?? [], 'host') ?? '';
  const { base } = baseOf(origin);
  const scheme = base.slice(0, base.indexOf(':'));
  const start = /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/i.test(host) ? `${scheme}://${host}` : base;
  const text = (part: Part): string =>
    typeof part === 'string'
      ? percentEncoded(part, IN_URI).replace(/%(?![\dA-F]{2})/gi, '%25')
      : encodeURIComponent(HIDDEN);
  return start + targetOf(request['url.path'], request['url.query']).map(text).join('');
}

/** RFC 3986, section 2. */
const IN_URI = /[\w.~!$&'()*+,;=:@/?%-]/;
