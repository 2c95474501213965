/** A client of another server's stream, for servers that ask each other and for the terminal. */

import { WebSocket } from 'ws';
import type { Answer, CommandName, Commands, StreamEvent } from './protocol.ts';

export interface StreamClient {
  /** Resolves when the connection is over; true if the server said that it ends. */
  readonly closed: Promise<boolean>;
  /** @throws Error with the server's words, or when the connection ends before the answer. */
  command<Name extends CommandName>(
    name: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']>;
  close(): void;
}

export interface ConnectOptions {
  /** Takes each frame's events, but for answers. */
  events?: (events: StreamEvent[]) => void;
  /** Only what is newer than this sequence number is sent; default: nothing of the history. */
  after?: number;
  /** Ends the connection, and what was asked over it fails. */
  signal?: AbortSignal;
}

const GOING_AWAY = 1001;
/** A trace with all its bodies, or the whole history in frames of 500 events. */
const MAX_ANSWER = 256 * 1024 * 1024;

interface Asked {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Rejects with Node's error when nobody listens there, or refuses. */
export async function connectStream(
  url: string,
  { events, after = Number.MAX_SAFE_INTEGER, signal }: ConnectOptions = {},
): Promise<StreamClient> {
  const socket = new WebSocket(`${url}&after=${after}`, { maxPayload: MAX_ANSWER });
  const asked = new Map<number, Asked>();
  signal?.addEventListener('abort', () => socket.terminate());
  socket.on('message', (data) => {
    const told = JSON.parse(String(data)) as StreamEvent[];
    events?.(told.filter((event) => event.type !== 'answer'));
    for (const event of told) if (event.type === 'answer') settle(asked, event);
  });
  const closed = new Promise<boolean>((resolve) => {
    socket.once('close', (code) => {
      for (const { reject } of asked.values()) reject(new Error('The connection has ended.'));
      resolve(code === GOING_AWAY);
    });
  });
  await opened(socket);
  let last = 0;
  return {
    closed,
    command: (name, takes) =>
      new Promise((resolve, reject) => {
        last += 1;
        asked.set(last, { resolve: resolve as Asked['resolve'], reject });
        socket.send(JSON.stringify({ id: last, command: name, ...takes }), (error) => {
          if (error) reject(error);
        });
      }),
    close: () => socket.terminate(),
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject); // after the opening it is followed by 'close'
  });
}

function settle(asked: Map<number, Asked>, { id, error, result }: Answer): void {
  if (error === undefined) asked.get(id)?.resolve(result);
  else asked.get(id)?.reject(new Error(error));
  asked.delete(id);
}
