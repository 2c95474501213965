/** One connection of somebody who watches: history first, then what happens, in batches. */

import type { WebSocket } from 'ws';
import type { Answer, Command, CommandName, Commands, KeptEvent, StreamEvent } from './protocol.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import type { Store } from './store.ts';

/** Runs a command; what it throws becomes the answer's `error`. */
export type CommandHandlers = {
  [Name in CommandName]: (
    command: Commands[Name]['takes'],
  ) => Promise<Commands[Name]['gives']> | Commands[Name]['gives'];
};

const BATCH_EVERY = 20;
/** Bytes that may wait in a connection before events are left out; their sequence shows the gap. */
const MAX_BUFFERED = 16 * 1024 * 1024;
const HISTORY_FRAME = 500;

export interface ConnectionOptions {
  store: Store;
  handlers: CommandHandlers;
  version: string;
  /** Only what is newer than this sequence number is wanted. */
  after: number;
}

export function serveConnection(socket: WebSocket, options: ConnectionOptions): void {
  const { store } = options;
  let waiting: StreamEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0 && socket.bufferedAmount < MAX_BUFFERED) send(socket, events);
  };
  const queue = (event: KeptEvent): void => {
    waiting.push(event);
    timer ??= setTimeout(flush, BATCH_EVERY);
  };

  greet(socket, options);
  const unsubscribe = store.subscribe(queue);
  socket.on('message', async (data) => {
    const reply = await answer(String(data), options.handlers);
    flush(); // what came about by the command, too, is told before its answer
    send(socket, [reply]);
  });
  socket.on('error', () => {}); // followed by 'close'
  socket.once('close', () => {
    unsubscribe();
    clearTimeout(timer);
  });
}

function greet(socket: WebSocket, { store, version, after }: ConnectionOptions): void {
  const kept = { ...store.bounds(), evicted: store.evicted() };
  send(socket, [{ type: 'hello', protocol: PROTOCOL_VERSION, version, ...kept }]);
  const history = store.history(after);
  for (let from = 0; from < history.length; from += HISTORY_FRAME) {
    send(socket, history.slice(from, from + HISTORY_FRAME));
  }
}

async function answer(text: string, handlers: CommandHandlers): Promise<Answer> {
  const command = parse(text);
  const reply: Answer = { type: 'answer', id: command?.id ?? -1 };
  try {
    if (!command || !Object.hasOwn(handlers, command.command)) {
      throw new Error('Not a command: a JSON object with `id` and a known `command` is expected');
    }
    const handle = handlers[command.command] as (command: Command) => unknown;
    reply.result = await handle(command);
  } catch (error) {
    reply.error = error instanceof Error ? error.message : String(error);
  }
  return reply;
}

function parse(text: string): Command | null {
  try {
    const value: unknown = JSON.parse(text);
    const isCommand = typeof value === 'object' && value !== null && 'command' in value;
    return isCommand && 'id' in value && typeof value.id === 'number' ? (value as Command) : null;
  } catch {
    return null;
  }
}

function send(socket: WebSocket, events: StreamEvent[]): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(events));
}
