/** A request as somebody else's client would send it to the server's own address. */

import type { Captured, Origin } from './captured.ts';
import { type Part, partsOf, variablesIn } from './hidden.ts';

export interface Sendable {
  method: string;
  /** `http://127.0.0.1:8000`, without a slash at the end. */
  base: string;
  /** The path of the socket, where the server has no other address. */
  socket: string | null;
  /** Path and query, percent-encoded. */
  target: Part[];
  headers: [name: string, value: Part[]][];
  /** Null: none is sent. */
  body: Part[] | null;
  /** What a reader has to know, a sentence each. */
  notes: string[];
}

/** What the client sets by itself, and what held for the one connection or as it was encoded. */
const LEFT_OUT = new Set([
  ...['connection', 'content-encoding', 'content-length', 'expect', 'keep-alive'],
  ...['proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['traceparent', 'tracestate'],
]);

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

export function sendable(captured: Captured, origin: Origin): Sendable {
  const { request } = captured;
  const { base, socket } = baseOf(origin);
  const target = targetOf(request['url.path'], request['url.query']);
  const headers = headersOf(captured, base);
  const { body, missing } = bodyOf(captured);
  const hidden = variablesIn([
    ...target,
    ...headers.flatMap(([, value]) => value),
    ...(body ?? []),
  ]);
  const notes = [...hiddenNotes(hidden), ...missing];
  if (!captured.trace) notes.push('Its headers are no longer kept.');
  return { method: request['http.request.method'], base, socket, target, headers, body, notes };
}

/** The first that a client can reach; all interfaces are asked by their own machine's. */
export function baseOf({ addresses }: Origin): Pick<Sendable, 'base' | 'socket'> {
  const base = addresses.find((address) => /^https?:/.test(address));
  if (base) return { base: base.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1'), socket: null };
  const socket = addresses.find((address) => address.startsWith('unix:'));
  return socket
    ? { base: 'http://localhost', socket: socket.slice('unix:'.length) }
    : { base: 'http://127.0.0.1:8000', socket: null };
}

const IN_PATH = /[\w.~!$&'()*+,;=:@/-]/;
const VISIBLE = /[!-~]/;

/**
 * As in the request line. The path is kept percent-decoded, the query as it came; both have a character for
 * each byte (PEP 3333).
 */
export function targetOf(path: string, query: string): Part[] {
  const encode = (parts: Part[], plain: RegExp): Part[] =>
    parts.map((part) => (typeof part === 'string' ? percentEncoded(part, plain) : part));
  const asked = query === '' ? [] : ['?', ...encode(partsOf(query, 'query'), VISIBLE)];
  return [...encode(partsOf(path, 'path'), IN_PATH), ...asked];
}

/** All bytes but those that are `plain`. */
export function percentEncoded(text: string, plain: RegExp): string {
  const encode = (byte: number): string => {
    const sign = String.fromCharCode(byte);
    return plain.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  };
  return Array.from(Buffer.from(text, isBytes(text) ? 'latin1' : 'utf8'), encode).join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: every byte is meant
export const isBytes = (text: string): boolean => /^[\x00-\xff]*$/.test(text);

function headersOf({ trace }: Captured, base: string): Sendable['headers'] {
  const host = new URL(base).host;
  return (trace?.request_headers ?? [])
    .filter(([name]) => TOKEN.test(name) && !LEFT_OUT.has(name.toLowerCase()))
    .filter(([name, value]) => name.toLowerCase() !== 'host' || value !== host)
    .map(([name, value]) => [name, partsOf(oneLine(value), name)]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot be part of a field
const oneLine = (value: string): string => value.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, '');

function bodyOf({ trace }: Captured): { body: Part[] | null; missing: string[] } {
  const body = trace?.request_body;
  if (!body) return { body: null, missing: [] };
  if (body.text === null) {
    const of = body.content_type ? ` of ${body.content_type}` : '';
    return { body: null, missing: [`Its body, ${body.size} bytes${of}, is not kept.`] };
  }
  const missing: string[] = [];
  if (body.cut > 0) missing.push(`The last ${body.cut} bytes of its body are not kept.`);
  if (body.text.includes('[a file]')) missing.push('[a file] stands for a file that was sent.');
  if (body.text.includes('\ufffd')) missing.push('Its body has bytes that are no text.');
  return { body: partsOf(body.text, 'body'), missing };
}

const hiddenNotes = (variables: string[]): string[] =>
  variables.length === 0
    ? []
    : [`Hidden when it was captured, to be set: ${variables.join(', ')}.`];
