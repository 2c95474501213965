/** A client of the stream that remembers all it was told. */

import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import type { Answer, CommandName, Commands, StreamEvent } from '../../server/stream/protocol.ts';
import { within } from './wait.ts';

type EventOf<Type extends StreamEvent['type']> = Extract<StreamEvent, { type: Type }>;

export interface StreamClient {
  /** In the order in which they came. */
  readonly events: readonly StreamEvent[];
  /** The first event of this type, past or to come, that `matches`. */
  event<Type extends StreamEvent['type']>(
    type: Type,
    matches?: (event: EventOf<Type>) => boolean,
    seconds?: number,
  ): Promise<EventOf<Type>>;
  /** @throws Error with the server's words when the answer is an error. */
  command<Name extends CommandName>(
    name: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']>;
  close(): void;
}

export async function connectStream(url: string): Promise<StreamClient> {
  const socket = new WebSocket(url);
  const arrivals = new EventEmitter();
  arrivals.setMaxListeners(0);
  const events: StreamEvent[] = [];
  let commands = 0;

  socket.on('message', (data) => {
    events.push(...(JSON.parse(String(data)) as StreamEvent[]));
    arrivals.emit('events');
  });
  await within(10, 'the stream', once(socket, 'open'));

  async function event<Type extends StreamEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
    seconds = 30,
  ): Promise<EventOf<Type>> {
    const found = (candidate: StreamEvent): candidate is EventOf<Type> =>
      candidate.type === type && matches(candidate as EventOf<Type>);
    const search = async (): Promise<EventOf<Type>> => {
      for (let next = 0; ; ) {
        for (; next < events.length; next += 1) {
          const candidate = events[next];
          if (candidate && found(candidate)) return candidate;
        }
        await once(arrivals, 'events');
      }
    };
    return within(seconds, `a ${type} event (${String(matches)})`, search());
  }

  return {
    events,
    event,
    async command(name, takes) {
      commands += 1;
      const id = commands;
      socket.send(JSON.stringify({ id, command: name, ...takes }));
      const answer: Answer = await event('answer', (candidate) => candidate.id === id, 30);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.result as Commands[typeof name]['gives'];
    },
    close: () => socket.terminate(),
  };
}
