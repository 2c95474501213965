/** What the server has told of two requests side by side; a few of the newest. */

import type { Comparison } from '../../server/stream/protocol.ts';
import type { CommandClient } from './commands.ts';

export type Compared = 'asked' | { comparison: Comparison } | { error: string };

const LIMIT = 8;

const keyOf = (before: string, after: string): string => `${before} ${after}`;

export class Comparisons {
  /** Grows with each change. */
  version = 0;
  readonly #commands: CommandClient;
  readonly #compared = new Map<string, Compared>();

  constructor(commands: CommandClient) {
    this.#commands = commands;
  }

  get(before: string, after: string): Compared | undefined {
    return this.#compared.get(keyOf(before, after));
  }

  /** Once; true if that brought anything. */
  async ask(before: string, after: string): Promise<boolean> {
    if (this.get(before, after)) return false;
    const key = keyOf(before, after);
    this.#set(key, 'asked');
    const compared = await this.#commands.ask('compare', { before, after }).then(
      (comparison): Compared => ({ comparison }),
      (reason: Error): Compared => ({ error: reason.message }),
    );
    this.#set(key, compared);
    return true;
  }

  /** What failed is asked for again. */
  forgetErrors(): void {
    for (const [key, compared] of this.#compared) {
      if (typeof compared === 'object' && 'error' in compared) this.#compared.delete(key);
    }
  }

  clear(): void {
    this.version += 1;
    this.#compared.clear();
  }

  #set(key: string, compared: Compared): void {
    this.version += 1;
    this.#compared.set(key, compared);
    const [oldest] = this.#compared.keys();
    if (this.#compared.size > LIMIT && oldest !== undefined) this.#compared.delete(oldest);
  }
}
