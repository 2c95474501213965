/** The hub: the panel page over HTTP, and the stream over WebSocket to whoever has the token. */

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createToken, isOurs, refusal } from './access.ts';
import { end, servePanel } from './panelPage.ts';
import type { Store } from './store.ts';
import { type CommandHandlers, serveConnection } from './watcherConnection.ts';

/** A file that is imported, 32 MiB at most, takes more within JSON. */
const MAX_COMMAND = 80 * 1024 * 1024;

export interface HubOptions {
  store: Store;
  handlers: CommandHandlers;
  version: string;
  /** The folder that holds the built panel page. */
  panelFolder: string;
  host: string;
  port: number;
}

export interface Hub {
  /** `http://127.0.0.1:PORT/#token=…` */
  panel: string;
  /** `ws://127.0.0.1:PORT/stream?token=…` */
  stream: string;
  /** Whether anybody is connected. */
  readonly watched: boolean;
  close(): Promise<void>;
}

/** Listens; rejects with Node's error when it cannot. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const token = createToken();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND });
  const server = createServer((request, response) => {
    const ours = isOurs(request.headers.host, request.socket.localPort, options.host);
    if (ours) void servePanel(options.panelFolder, request, response);
    else end(response, 403, 'Foreign Host\n');
  });
  server.on('upgrade', (request, socket, head) => {
    const why = isStream(request) ? refusal(request, token, options.host) : 'not the stream';
    if (why) {
      refuse(socket, why);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) =>
      serveConnection(connection, { ...options, after: afterOf(request) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const place = `${host}:${(server.address() as AddressInfo).port}`;
  return {
    panel: `http://${place}/#token=${token}`,
    stream: `ws://${place}/stream?token=${token}`,
    get watched() {
      return sockets.clients.size > 0;
    },
    close: () => {
      for (const connection of sockets.clients) connection.close(1001, 'The server stops');
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isStream(request: IncomingMessage): boolean {
  return new URL(request.url ?? '/', 'http://localhost').pathname === '/stream';
}

function afterOf(request: IncomingMessage): number {
  const text = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after');
  return Number(text) || 0;
}

function refuse(socket: Duplex, why: string): void {
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\nX-Reason: ${why}\r\n\r\n`,
  );
}
