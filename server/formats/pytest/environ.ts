/** The environ of a captured request (PEP 3333), as Python source. */

import { type Captured, fieldOf, type Origin } from '../captured.ts';
import { joined, type Part, partsOf } from '../hidden.ts';
import { type Sendable, sendable } from '../sendable.ts';
import { block, expression, literal } from './python.ts';

/** Lines of a dict's members. */
export function environMembers(captured: Captured, origin: Origin): string[] {
  const { request, trace } = captured;
  const { base, headers } = sendable(captured, origin);
  const { protocol, hostname, port, host } = new URL(base);
  const https = protocol === 'https:';
  const members: [string, Part[]][] = [
    ['REQUEST_METHOD', [request['http.request.method']]],
    ['SCRIPT_NAME', []],
    ['PATH_INFO', partsOf(request['url.path'], 'path')],
    ['QUERY_STRING', partsOf(request['url.query'], 'query')],
    ['SERVER_NAME', [hostname]],
    ['SERVER_PORT', [port || (https ? '443' : '80')]],
    ['SERVER_PROTOCOL', ['HTTP/1.1']],
    ['REMOTE_ADDR', [request['client.address'] || '127.0.0.1']],
    ['HTTP_HOST', [fieldOf(trace?.request_headers ?? [], 'host') ?? host]],
    ...fields(headers),
    ['wsgi.url_scheme', [https ? 'https' : 'http']],
  ];
  return members.map(([name, value]) => `${literal(name)}: ${expression(joined(value))},`);
}

/** The app is to answer as it is compared: not packed. */
const LEFT_OUT = ['host', 'accept-encoding'];

/** Repeated fields are one, with commas (RFC 9110, section 5.3); cookies with semicolons. */
function fields(headers: Sendable['headers']): [string, Part[]][] {
  const environ = new Map<string, Part[]>();
  for (const [name, value] of headers) {
    const upper = name.toUpperCase().replaceAll('-', '_');
    const key = upper === 'CONTENT_TYPE' ? upper : `HTTP_${upper}`;
    const before = environ.get(key);
    if (LEFT_OUT.includes(name.toLowerCase()) || name.includes('_')) continue;
    environ.set(key, before ? [...before, key === 'HTTP_COOKIE' ? '; ' : ',', ...value] : value);
  }
  return [...environ];
}

/** Null: the request has none. */
export function bodyExpression(captured: Captured, origin: Origin): string | null {
  const { body } = sendable(captured, origin);
  if (body === null) return null;
  const codec = codecOf(captured.trace?.request_body?.content_type ?? '');
  const [only = ''] = body;
  const text = body.length <= 1 && typeof only === 'string' ? block(only) : `(${expression(body)})`;
  return `${text}.encode(${literal(codec)}, "replace")`;
}

/** The charset that a media type names, if it could be a codec of Python's. */
export const codecOf = (contentType: string): string =>
  /charset=["']?([\w.-]{1,40})/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
