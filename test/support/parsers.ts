/** The bytes of one connection, sent to a server as they are; and Node's own parser behind a port. */

import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import { cleanUp } from './cleanup.ts';

/** One request, as an app would get it. Fields are CGI variables. */
export interface Seen {
  method: string;
  target: string;
  /** Base64. */
  body: string;
}

export interface Outcome {
  requests: Seen[];
  refused: boolean;
}

const TIMEOUT = 10_000; // ms

/** Sends `pieces` one after the other, ends, and gives all that comes back, as latin-1. */
export function exchange(port: number, pieces: Uint8Array[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error(`no end after ${answer}`)));
    // A server that refuses may reset what is still being sent; what it said is what counts.
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
    socket.on('end', () => socket.end());
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
}

export interface NodeParser {
  /** What node:http makes of the bytes. */
  read(pieces: Uint8Array[]): Promise<Outcome>;
}

/** Strict, as it comes. */
export async function startNodeParser(test: TestContext): Promise<NodeParser> {
  let taken: Array<Promise<Seen | undefined>> = [];
  let refused = false;
  const server = http.createServer({ maxHeaderSize: 65_536 });
  const refuse = (socket: Duplex) => {
    refused = true;
    socket.destroy();
  };
  server.on('request', (request, response) => taken.push(take(request, response)));
  server.on('checkExpectation', ({ socket }) => refuse(socket));
  server.on('connect', ({ socket }) => refuse(socket));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The end of our bytes, in the middle of a request, is no refusal.
    if (error.code === 'HPE_INVALID_EOF_STATE') socket.destroy();
    else refuse(socket);
  });
  server.listen(0, '127.0.0.1');
  cleanUp(test, () => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    async read(pieces) {
      taken = [];
      refused = false;
      await exchange(port, pieces).catch(() => '');
      const requests = (await Promise.all(taken)).filter((seen) => seen !== undefined);
      return { requests, refused };
    },
  };
}

/** Undefined when the body was cut short, or refused in the middle: `clientError` tells which. */
async function take(
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<Seen | undefined> {
  const body: Buffer[] = [];
  try {
    for await (const chunk of request) body.push(chunk);
  } catch {
    return undefined;
  }
  response.end();
  const { method = '', url = '' } = request;
  return { method, target: url, body: Buffer.concat(body).toString('base64') };
}
