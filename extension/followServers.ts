/** Listens to every server of the window, those that run and those that will. */

import type { KeptEvent } from '../server/stream/protocol.ts';
import type { Disposable } from './emitter.ts';
import type { ServerHost } from './serverHost.ts';
import type { Servers } from './servers.ts';

interface Heard {
  events(events: KeptEvent[]): void;
  /** One is there, or gone. */
  changed(): void;
}

export function followServers(servers: Servers, { events, changed }: Heard): Disposable {
  const followed = new Map<ServerHost, Disposable>();
  function follow(host: ServerHost) {
    followed.get(host)?.dispose();
    followed.delete(host);
    if (host.server) followed.set(host, host.server.onEvents(events));
  }
  for (const host of servers.all) follow(host);
  const listening = servers.onServer(({ host }) => {
    follow(host);
    changed();
  });
  return {
    dispose() {
      listening.dispose();
      for (const one of followed.values()) one.dispose();
    },
  };
}
