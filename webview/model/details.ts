/** The log lines and exceptions of one request: those the page has, and those only the server has. */

import type { Commands } from '../../server/stream/protocol.ts';
import type { RequestRow } from './rows.ts';
import type { Store } from './store.ts';

type Kept = Commands['request']['gives'];
type Ask = (request: string) => Promise<Kept>;

export class RequestDetails {
  readonly #store: Store;
  readonly #ask: Ask;
  #fetched: Kept | null = null;

  constructor(store: Store, ask: Ask) {
    this.#store = store;
    this.#ask = ask;
  }

  of(row: RequestRow): Pick<Kept, 'logs' | 'exceptions'> {
    const id = row.head.request;
    const fetched = this.#fetched?.request.request === id ? this.#fetched : null;
    return {
      logs: merge(this.#store.logsOf(id), fetched?.logs),
      exceptions: merge(this.#store.exceptionsOf(id), fetched?.exceptions),
    };
  }

  /** Asks the server for what the page has already forgotten; true if that brought anything. */
  async complete(row: RequestRow): Promise<boolean> {
    const { logs, exceptions } = this.of(row);
    if (logs.length >= row.logs && exceptions.length >= row.exceptions) return false;
    this.#fetched = await this.#ask(row.head.request).catch(() => null);
    return this.#fetched !== null;
  }
}

function merge<Event extends { sequence: number }>(ours: Event[], theirs: Event[] = []): Event[] {
  const known = new Map([...theirs, ...ours].map((event) => [event.sequence, event]));
  return [...known.values()].sort((a, b) => a.sequence - b.sequence);
}
