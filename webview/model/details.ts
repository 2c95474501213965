/**
 * What an opened row shows besides itself: the log lines, exceptions and trace of a request, those the
 * page has and those only the server has; and of a reload what was preloaded for it.
 */

import type { Commands, ExceptionEvent, LogEvent, Preload } from '../../server/stream/protocol.ts';
import type { Trace } from '../../server/stream/trace.ts';
import type { CommandClient } from './commands.ts';
import { Explains } from './explains.ts';
import type { RequestRow, Row } from './rows.ts';
import { Services } from './services.ts';
import type { Store } from './store.ts';

type Kept = Commands['request']['gives'];

/** What the server has told of one request, or why it has not. */
type Fetched = { kept: Kept } | { asked: true } | { error: string };

export interface RequestDetails {
  logs: LogEvent[];
  exceptions: ExceptionEvent[];
  trace: Trace | null;
  /** Why there is no trace: not told yet, told to be gone, or asking failed; null when there is one. */
  missing: 'running' | 'asked' | 'gone' | { error: string } | null;
}

/** Traces may be large: a person goes back and forth between a few. */
const FETCHED_LIMIT = 8;

export class Details {
  /** As it was when a reload was last opened. */
  preload: Preload | null = null;
  readonly explains: Explains;
  readonly services: Services;
  readonly #store: Store;
  readonly #commands: CommandClient;
  /** By what was asked for: a request while it ran, and when it had ended. */
  readonly #fetched = new Map<string, Fetched>();

  constructor(store: Store, commands: CommandClient) {
    this.#store = store;
    this.#commands = commands;
    this.explains = new Explains(commands);
    this.services = new Services(commands);
  }

  of(row: RequestRow): RequestDetails {
    const id = row.head.request;
    const fetched = this.#fetched.get(keyOf(row));
    const kept = fetched && 'kept' in fetched ? fetched.kept : undefined;
    return {
      logs: row.logs > 0 ? merge(this.#store.logsOf(id), kept?.logs) : [],
      exceptions: row.exceptions > 0 ? merge(this.#store.exceptionsOf(id), kept?.exceptions) : [],
      trace: kept?.trace ?? null,
      missing: missing(row, fetched),
    };
  }

  /** Asks the server for what the page does not have, once; true if that brought anything. */
  async complete(row: Row): Promise<boolean> {
    if (row.kind === 'request') return this.#completeRequest(row);
    this.preload = await this.#commands.ask('preload', {}).catch(() => null);
    return this.preload !== null;
  }

  async #completeRequest(row: RequestRow): Promise<boolean> {
    const key = keyOf(row);
    if (this.#fetched.has(key) || (row.ended === null && this.#hasAll(row))) return false;
    this.#keep(key, { asked: true });
    const { request } = row.head;
    const fetched = await this.#commands.ask('request', { request }).then(
      (kept): Fetched => ({ kept }),
      (reason: Error): Fetched => ({ error: reason.message }),
    );
    this.#keep(key, fetched);
    return true;
  }

  /** What failed is asked for again when the row is opened again. */
  forgetErrors(): void {
    for (const [key, fetched] of this.#fetched) if ('error' in fetched) this.#fetched.delete(key);
  }

  clear(): void {
    this.#fetched.clear();
    this.explains.clear();
    this.services.clear();
  }

  #hasAll(row: RequestRow): boolean {
    const { logs, exceptions } = this.of(row);
    return logs.length >= row.logs && exceptions.length >= row.exceptions;
  }

  #keep(key: string, fetched: Fetched): void {
    this.#fetched.delete(key);
    this.#fetched.set(key, fetched);
    const [oldest] = this.#fetched.keys();
    if (this.#fetched.size > FETCHED_LIMIT && oldest !== undefined) this.#fetched.delete(oldest);
  }
}

/** A running request is asked for anew when it has ended. */
const keyOf = (row: RequestRow): string =>
  `${row.head.request} ${row.ended?.sequence ?? 'running'}`;

function missing(row: RequestRow, fetched: Fetched | undefined): RequestDetails['missing'] {
  if (row.ended === null) return 'running';
  if (!fetched || 'asked' in fetched) return 'asked';
  if ('error' in fetched) return fetched;
  return fetched.kept.trace ? null : 'gone';
}

function merge<Event extends { sequence: number }>(ours: Event[], theirs: Event[] = []): Event[] {
  const known = new Map([...theirs, ...ours].map((event) => [event.sequence, event]));
  return [...known.values()].sort((a, b) => a.sequence - b.sequence);
}
