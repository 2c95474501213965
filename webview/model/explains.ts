/** The query plans that a person has asked for, by request and span; a few of the newest. */

import type { Plan } from '../../server/stream/protocol.ts';
import type { CommandClient } from './commands.ts';

export type Explained = 'asked' | { plan: Plan } | { error: string };

const LIMIT = 50;

export class Explains {
  /** Grows with each change. */
  version = 0;
  readonly #commands: CommandClient;
  readonly #explained = new Map<string, Explained>();

  constructor(commands: CommandClient) {
    this.#commands = commands;
  }

  get(request: string, span: number): Explained | undefined {
    return this.#explained.get(`${request} ${span}`);
  }

  async ask(request: string, span: number): Promise<void> {
    this.#set(`${request} ${span}`, 'asked');
    const explained = await this.#commands.ask('explain', { request, span }).then(
      (plan): Explained => ({ plan }),
      (reason: Error): Explained => ({ error: reason.message }),
    );
    this.#set(`${request} ${span}`, explained);
  }

  clear(): void {
    this.version += 1;
    this.#explained.clear();
  }

  #set(key: string, explained: Explained): void {
    this.version += 1;
    this.#explained.set(key, explained);
    const [oldest] = this.#explained.keys();
    if (this.#explained.size > LIMIT && oldest !== undefined) this.#explained.delete(oldest);
  }
}
