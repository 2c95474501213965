/** The Unix socket that every worker connects to right after its fork. */

import { createServer, type Socket } from 'node:net';
import { type Channel, type Listener, openChannel } from './channel.ts';
import type { WorkerCommand, WorkerReport } from './control.ts';

type Hello = Extract<WorkerReport, { type: 'hello' }>;

/** Who a worker's channel belongs to; null when nobody expects it, and it is closed. */
export type Adopt = (
  hello: Hello,
  channel: Channel<WorkerCommand>,
) => Listener<WorkerReport> | null;

export interface ControlServer {
  close(): void;
}

/** Listens at `path`; the first message of each connection says which worker it is. */
export async function listenForWorkers(path: string, adopt: Adopt): Promise<ControlServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    greet(socket, adopt);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function greet(socket: Socket, adopt: Adopt): void {
  let owner: Listener<WorkerReport> | null = null;
  const channel: Channel<WorkerCommand> = openChannel<WorkerReport, WorkerCommand>(socket, {
    message: (message) => {
      if (owner) owner.message(message);
      else if (message.type === 'hello') owner = adopt(message, channel);
      if (!owner) channel.close();
    },
    closed: () => owner?.closed(),
  });
}
