/**
 * Who may open the stream, decided before the upgrade: the stream can start a debugger, so it is as
 * powerful as a shell. The token guards against other users, `Origin` against other pages (cross-site
 * WebSocket hijacking), `Host` against DNS rebinding.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** 256 bits, as base64url. */
export const createToken = (): string => randomBytes(32).toString('base64url');

/** Null when the request may be upgraded, else why not. `host` is where the hub listens. */
export function refusal(request: IncomingMessage, token: string, host: string): string | null {
  const port = request.socket.localPort;
  if (!isOurs(request.headers.host, port, host)) return 'foreign Host';
  const { origin } = request.headers;
  if (origin !== undefined && !isOurOrigin(origin, port, host)) return 'foreign Origin';
  const given = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
  return sameToken(given ?? '', token) ? null : 'missing or wrong token';
}

/** Whether a `Host` header names this hub. */
export function isOurs(
  header: string | undefined,
  port: number | undefined,
  host: string,
): boolean {
  return [...LOOPBACK, host, `[${host}]`].some((name) => header === `${name}:${port}`);
}

function isOurOrigin(origin: string, port: number | undefined, host: string): boolean {
  return origin.startsWith('http://') && isOurs(origin.slice('http://'.length), port, host);
}

function sameToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
