/**
 * What an opened row shows besides itself: the log lines and exceptions of a request, those the page has
 * and those only the server has; and of a reload what was preloaded for it.
 */

import type { Commands, Preload } from '../../server/stream/protocol.ts';
import type { CommandClient } from './commands.ts';
import type { RequestRow, Row } from './rows.ts';
import type { Store } from './store.ts';

type Kept = Commands['request']['gives'];

export class Details {
  /** As it was when a reload was last opened. */
  preload: Preload | null = null;
  readonly #store: Store;
  readonly #commands: CommandClient;
  #fetched: Kept | null = null;

  constructor(store: Store, commands: CommandClient) {
    this.#store = store;
    this.#commands = commands;
  }

  of(row: RequestRow): Pick<Kept, 'logs' | 'exceptions'> {
    const id = row.head.request;
    const fetched = this.#fetched?.request.request === id ? this.#fetched : null;
    return {
      logs: merge(this.#store.logsOf(id), fetched?.logs),
      exceptions: merge(this.#store.exceptionsOf(id), fetched?.exceptions),
    };
  }

  /** Asks the server for what the page does not have; true if that brought anything. */
  async complete(row: Row): Promise<boolean> {
    if (row.kind === 'request') return this.#completeRequest(row);
    this.preload = await this.#commands.ask('preload', {}).catch(() => null);
    return this.preload !== null;
  }

  async #completeRequest(row: RequestRow): Promise<boolean> {
    const { logs, exceptions } = this.of(row);
    if (logs.length >= row.logs && exceptions.length >= row.exceptions) return false;
    const { request } = row.head;
    this.#fetched = await this.#commands.ask('request', { request }).catch(() => null);
    return this.#fetched !== null;
  }
}

function merge<Event extends { sequence: number }>(ours: Event[], theirs: Event[] = []): Event[] {
  const known = new Map([...theirs, ...ours].map((event) => [event.sequence, event]));
  return [...known.values()].sort((a, b) => a.sequence - b.sequence);
}
