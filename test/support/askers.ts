/**
 * Keep-alive clients that trust nothing: each request has a number and, if it is a POST, a body that
 * comes in pieces; its answer must have both, and the code must be new enough. Nothing is sent twice.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { Random } from './random.ts';

export interface Asked {
  number: number;
  /** The client's port, by which its connection is known in the server. */
  port: number;
  why: string;
}

/** A request that is not answered yet. */
export interface Outstanding {
  number: number;
  /** Bytes of it that were sent. */
  sent: number;
}

export interface Askers {
  /** By the port of the client. */
  readonly outstanding: ReadonlyMap<number, Outstanding>;
  readonly answers: number;
  /** Requests without their answer, or with a wrong one. */
  readonly failures: readonly Asked[];
  /** Connections that ended while nothing was asked. */
  readonly closedIdle: readonly Asked[];
  /** From now on, answers have to be of this version of the code or a later one. */
  expect(version: number): void;
  /** Resolves when every request under way is answered. */
  stop(): Promise<void>;
}

/** What all clients share. */
interface Tally {
  url: URL;
  random: Random;
  number: number;
  expected: number;
  stopped: boolean;
  answers: number;
  failures: Asked[];
  closedIdle: Asked[];
  outstanding: Map<number, Outstanding>;
}

export function startAskers(url: string, clients: number, random: Random): Askers {
  const tally: Tally = {
    url: new URL(url),
    random,
    number: 0,
    expected: 0,
    stopped: false,
    answers: 0,
    failures: [],
    closedIdle: [],
    outstanding: new Map(),
  };
  const running = Array.from({ length: clients }, () => askOn(tally));
  return {
    get answers() {
      return tally.answers;
    },
    failures: tally.failures,
    outstanding: tally.outstanding,
    closedIdle: tally.closedIdle,
    expect: (version) => {
      tally.expected = Math.max(tally.expected, version);
    },
    stop: async () => {
      tally.stopped = true;
      await Promise.all(running);
    },
  };
}

/** One client: request after request on one connection, on another when that ends. */
async function askOn(tally: Tally): Promise<void> {
  while (!tally.stopped) {
    const connection = await connect(tally.url);
    const { port } = connection;
    let asked: Asked | undefined;
    try {
      while (!tally.stopped && !connection.ended()) {
        tally.number += 1;
        asked = { number: tally.number, port, why: '' };
        const { number } = asked;
        const outstanding = { number, sent: 0 };
        tally.outstanding.set(port, outstanding);
        await ask(counting(connection, outstanding), tally, number);
        tally.outstanding.delete(port);
        tally.answers += 1;
        asked = undefined;
      }
      if (!tally.stopped) tally.closedIdle.push({ number: 0, port, why: 'closed' });
    } catch (error) {
      if (asked) tally.failures.push({ ...asked, why: String(error) });
    } finally {
      tally.outstanding.delete(port);
      connection.destroy();
    }
  }
}

function counting(connection: Connection, outstanding: Outstanding): Connection {
  return {
    ...connection,
    write(data) {
      outstanding.sent += data.length;
      connection.write(data);
    },
  };
}

async function ask(connection: Connection, tally: Tally, number: number): Promise<void> {
  const { random, expected } = tally;
  const body = random.below(2) === 0 ? null : randomBytes(1 + random.below(40_000));
  await send(connection, random, number, body);
  const [said = '', echoed] = split(await connection.answer(), '\n');
  const [, version, about] = /^version (\d+) (\d+) \d+$/.exec(said) ?? [];
  if (Number(about) !== number) throw new Error(`answered ${said} to ${number}`);
  if (Number(version) < expected) throw new Error(`version ${version}, not ${expected}: stale`);
  if (!echoed.equals(body ?? Buffer.alloc(0))) throw new Error('another body');
}

/** A GET in one piece, a POST in two, with a length or in chunks. */
async function send(
  connection: Connection,
  random: Random,
  number: number,
  body: Buffer | null,
): Promise<void> {
  const method = body ? 'POST' : 'GET';
  const head = `${method} /${number} HTTP/1.1\r\nHost: localhost\r\n`;
  if (!body) {
    connection.write(`${head}\r\n`);
    return;
  }
  const chunked = random.below(2) === 0;
  const size = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const begun = `${head}${size}\r\n\r\n${chunked ? `${body.length.toString(16)}\r\n` : ''}`;
  const whole = Buffer.concat([
    Buffer.from(begun),
    body,
    Buffer.from(chunked ? '\r\n0\r\n\r\n' : ''),
  ]);
  const cut = random.below(whole.length);
  connection.write(whole.subarray(0, cut));
  await new Promise((resolve) => setImmediate(resolve));
  connection.write(whole.subarray(cut));
}

interface Connection {
  port: number;
  write(data: string | Buffer): void;
  /** The body of the one answer that is due. Rejects when the connection ends, or more comes. */
  answer(): Promise<Buffer>;
  ended(): boolean;
  destroy(): void;
}

const SILENCE = 20_000; // ms

async function connect(url: URL): Promise<Connection> {
  const socket = net.connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.setNoDelay(true).setTimeout(SILENCE, () => socket.destroy(new Error('no answer')));
  let received = Buffer.alloc(0);
  let failure: Error | undefined;
  let notice = (): void => {};
  const ended = (error?: Error) => {
    failure ??= error ?? new Error(`ended after ${received.length} bytes`);
    notice();
  };
  socket
    .on('error', ended)
    .on('end', ended)
    .on('close', () => ended());
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    notice();
  });
  return {
    port: socket.localPort ?? 0,
    write: (data) => socket.write(data),
    ended: () => failure !== undefined,
    destroy: () => socket.destroy(),
    async answer() {
      for (;;) {
        const body = bodyOf(received);
        if (body) {
          received = Buffer.alloc(0);
          return body;
        }
        if (failure) throw failure;
        await new Promise<void>((resolve) => (notice = resolve));
      }
    },
  };
}

/** Of one whole answer and nothing more; undefined while it is not whole. */
function bodyOf(received: Buffer): Buffer | undefined {
  const [head, rest] = split(received, '\r\n\r\n');
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined || rest.length < Number(length)) return undefined;
  if (rest.length > Number(length)) throw new Error(`more than one answer: ${rest}`);
  if (status !== '200') throw new Error(`${head}\n${rest}`);
  return rest;
}

function split(data: Buffer, at: string): [string, Buffer] {
  const end = data.indexOf(at);
  if (end < 0) return ['', Buffer.alloc(0)];
  return [data.subarray(0, end).toString('latin1'), data.subarray(end + at.length)];
}
