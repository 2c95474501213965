/** Connections that were served once and then stay, asking nothing. */

import net from 'node:net';

export interface IdleConnections {
  /** How many are still up. */
  readonly held: number;
  close(): void;
}

const AT_ONCE = 100;
const TIMEOUT = 10_000; // ms
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** Resolves when each has had its answer. @throws Error when one does not get it. */
export async function holdIdle(port: number, count: number): Promise<IdleConnections> {
  const sockets = new Set<net.Socket>();
  const openOnes = async () => {
    while (sockets.size < count) await open(port, sockets);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, openOnes));
  return {
    get held() {
      return sockets.size;
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function open(port: number, sockets: Set<net.Socket>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed instead of kept alive')));
    socket.setTimeout(TIMEOUT, () => reject(new Error(`no answer on connection ${sockets.size}`)));
    socket.once('data', () => {
      socket.setTimeout(0);
      resolve();
    });
    socket.write(REQUEST);
  });
}
