/**
 * The stream's client: events in, commands out and answered. A lost connection is taken up again
 * where it was left (`after`), until {@link Stream.close}.
 */

import { WebSocket } from 'ws';
import type {
  Answer,
  CommandName,
  Commands,
  Hello,
  KeptEvent,
  StreamEvent,
} from '../server/stream/protocol.ts';
import { createEmitter, type Event } from './emitter.ts';
import { l10n } from './l10n.ts';

export interface Stream {
  /** Kept events, in the order of their sequence, each once. */
  readonly onEvents: Event<KeptEvent[]>;
  /** What each connection begins with; events up to its newest are no news. */
  readonly onHello: Event<Hello>;
  readonly onConnected: Event<boolean>;
  readonly connected: boolean;
  /** @throws with the answer's error, or when there is no connection. */
  send<Name extends CommandName>(
    command: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']>;
  close(): void;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
const MAX_PAYLOAD = 64 * 1024 * 1024;

type Pending = { resolve(result: unknown): void; reject(error: Error): void };

/** @param url the info file's `stream` */
export function connectStream(url: string): Stream {
  const events = createEmitter<KeptEvent[]>();
  const hellos = createEmitter<Hello>();
  const connections = createEmitter<boolean>();
  const pending = new Map<number, Pending>();
  let socket: WebSocket | undefined;
  let connected = false;
  let closed = false;
  let last = 0;
  let lastId = 0;
  let pause = FIRST_PAUSE;
  let timer: NodeJS.Timeout | undefined;

  function connect() {
    const address = new URL(url);
    address.searchParams.set('after', String(last));
    socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: MAX_PAYLOAD });
    socket.on('open', () => change(true));
    socket.on('message', (data) => receive(JSON.parse(String(data)) as StreamEvent[]));
    // 'close' follows; an unheard 'error' would end the extension host.
    socket.on('error', () => {});
    socket.on('close', lost);
  }

  function change(value: boolean) {
    if (connected === value) return;
    connected = value;
    connections.fire(value);
  }

  function receive(batch: StreamEvent[]) {
    const kept: KeptEvent[] = [];
    for (const event of batch) {
      if (event.type === 'answer') settle(event);
      else if (event.type === 'hello') greet(event);
      else if (event.sequence > last) {
        last = event.sequence;
        kept.push(event);
      }
    }
    if (kept.length > 0) events.fire(kept);
  }

  function greet(hello: Hello) {
    pause = FIRST_PAUSE;
    hellos.fire(hello);
  }

  function settle(answer: Answer) {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.error));
  }

  function lost() {
    change(false);
    for (const waiting of pending.values())
      waiting.reject(new Error(l10n.t('The connection was lost.')));
    pending.clear();
    if (closed) return;
    timer = setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function send(command: CommandName, takes: object): Promise<unknown> {
    if (socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error(l10n.t('The server is not connected.')));
    }
    const id = ++lastId;
    const answered = new Promise<unknown>((resolve, reject) =>
      pending.set(id, { resolve, reject }),
    );
    socket.send(JSON.stringify({ id, command, ...takes }));
    return answered;
  }

  connect();
  return {
    onEvents: events.event,
    onHello: hellos.event,
    onConnected: connections.event,
    get connected() {
      return connected;
    },
    send: send as Stream['send'],
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
