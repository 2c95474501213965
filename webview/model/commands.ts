/** Asks the server to do something, and matches its answer. */

import type { Answer, Command, CommandName, Commands } from '../../server/stream/protocol.ts';

interface Asked {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export class CommandClient {
  readonly #send: (command: Command) => void;
  readonly #asked = new Map<number, Asked>();
  #id = 0;

  constructor(send: (command: Command) => void) {
    this.#send = send;
  }

  /** Rejects with what the server says went wrong, or when the connection is lost. */
  ask<Name extends CommandName>(
    name: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as Asked['resolve'], reject });
      this.#send({ id, command: name, ...takes } as Command);
    });
  }

  settle(answer: Answer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.error === undefined) asked?.resolve(answer.result);
    else asked?.reject(new Error(answer.error));
  }

  abandon(): void {
    for (const { reject } of this.#asked.values()) reject(new Error('The connection was lost.'));
    this.#asked.clear();
  }
}
