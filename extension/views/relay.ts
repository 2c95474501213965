/**
 * Relays the stream to one panel page: what is kept and newer than it asks for, then what happens,
 * in batches, and only while it is visible. Knows nothing of `vscode`.
 */

import { type Hello, type KeptEvent, PROTOCOL_VERSION } from '../../server/stream/protocol.ts';
import type { HostMessage } from '../../webview/transport.ts';
import type { Server } from '../server.ts';

/** Milliseconds between two messages to the page. */
const BATCH = 60;

export interface Relay {
  /** Null: there is none any more. */
  serve(server: RelayedServer | null): void;
  /** The page asks for what is newer than this sequence number. */
  subscribe(after: number): void;
  /** A hidden page is gone: it subscribes again when it is shown. */
  pause(): void;
  close(): void;
}

export type RelayedServer = Pick<
  Server,
  'info' | 'history' | 'hello' | 'connected' | 'onEvents' | 'onHello' | 'onConnected'
>;

export function createRelay(post: (message: HostMessage) => void): Relay {
  let server: RelayedServer | null = null;
  let listening: { dispose(): void }[] = [];
  let subscribed = false;
  let queue: KeptEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  function tellStatus() {
    post({ type: 'status', connected: server?.connected ?? false, server: server?.info ?? null });
  }

  function hear(events: KeptEvent[]) {
    if (!subscribed) return;
    queue.push(...events);
    timer ??= setTimeout(flush, BATCH);
  }

  /** What follows, up to its newest, is history: numbers that are missing there were not lost on the way. */
  function greet(hello: Hello) {
    if (!subscribed) return;
    flush();
    post({ type: 'events', events: [hello] });
  }

  function flush() {
    const events = forget();
    if (events.length > 0) post({ type: 'events', events });
  }

  function forget(): KeptEvent[] {
    clearTimeout(timer);
    timer = undefined;
    const events = queue;
    queue = [];
    return events;
  }

  function replay(after: number) {
    // It is kept already, so the page would get it twice.
    forget();
    if (!server) return;
    const kept = server.history.after(after);
    post({ type: 'events', events: [helloOf(server), ...kept] });
  }

  function leave() {
    for (const one of listening) one.dispose();
    listening = [];
  }

  return {
    serve(next) {
      leave();
      server = next;
      if (next) {
        listening = [next.onHello(greet), next.onEvents(hear), next.onConnected(tellStatus)];
      }
      if (!subscribed) return;
      tellStatus();
      replay(0);
    },
    subscribe(after) {
      subscribed = true;
      tellStatus();
      replay(after);
    },
    pause() {
      subscribed = false;
      forget();
    },
    close() {
      leave();
      forget();
    },
  };
}

function helloOf({ history, info, hello }: RelayedServer): Hello {
  const kept = history.after(0);
  return {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    version: info.version,
    oldest: kept[0]?.sequence ?? 0,
    // The rest of the history may be on its way.
    newest: Math.max(kept.at(-1)?.sequence ?? 0, hello?.newest ?? 0),
  };
}
