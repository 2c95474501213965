/**
 * The page without its looks: what is known, what is shown of it, and every action a person has.
 * The components render from here and call back into here; nothing else holds state.
 */

import type {
  Answer,
  Commands,
  LogEvent,
  ServerInfo,
  StreamEvent,
} from '../server/stream/protocol.ts';
import { compile, type Filter } from './filter/filter.ts';
import { LOG_TERMS } from './filter/logTerms.ts';
import { REQUEST_TERMS } from './filter/requestTerms.ts';
import { filterRows } from './filter/rows.ts';
import { CommandClient } from './model/commands.ts';
import { isFailed, type RequestRow, type Row } from './model/rows.ts';
import { findByKey, lowerBound } from './model/sorted.ts';
import { Store } from './model/store.ts';
import {
  AT_END,
  type ListPosition,
  type ListState,
  restoreState,
  type ViewName,
  type ViewState,
} from './model/viewState.ts';
import type { HostMessage, Transport } from './transport.ts';

/** The lists as they were when the view was frozen; capture goes on. */
interface Frozen {
  rows: readonly Row[];
  logs: readonly LogEvent[];
}

type Kept = Commands['request']['gives'];

export const rowKey = (row: Row): number => row.key;
export const logKey = (log: LogEvent): number => log.sequence;

export class Panel {
  readonly store = new Store();
  readonly host: Transport['host'];
  readonly state: ViewState;
  /** Null until the host has said anything. */
  connected: boolean | null = null;
  info: ServerInfo | null = null;
  frozen: Frozen | null = null;
  /** One line for the person: what went wrong, what was copied. */
  notice = '';
  helpShown = false;
  /** The generation whose failure was put aside to see the requests. */
  #dismissed = 0;
  #fetched: Kept | null = null;
  #filters: { requests: Filter<RequestRow>; logs: Filter<LogEvent> };
  readonly #transport: Transport;
  readonly #changed: () => void;
  readonly #commands: CommandClient;

  constructor(transport: Transport, changed: () => void) {
    this.#transport = transport;
    this.#changed = changed;
    this.#commands = new CommandClient((command) => transport.send({ type: 'command', command }));
    this.host = transport.host;
    this.state = restoreState(transport.loadState());
    this.#filters = this.#compile();
  }

  /** The page has no memory of its own when it is shown again, so it asks for all that is kept. */
  start(): void {
    this.#transport.connect((message) => this.#receive(message));
    this.#transport.send({ type: 'subscribe', after: this.store.last });
  }

  // What is shown

  get list(): ListState {
    return this.state.lists[this.state.view];
  }

  get filter(): Filter<RequestRow> | Filter<LogEvent> {
    return this.#filters[this.state.view];
  }

  rows(): Row[] {
    const rows = this.frozen?.rows ?? this.store.rows;
    return filterRows(rows, this.#filters.requests, this.store.clock.now());
  }

  logs(): LogEvent[] {
    const { empty, passes } = this.#filters.logs;
    const logs = this.frozen?.logs ?? this.store.logs;
    return empty ? logs.slice() : logs.filter((log) => passes(log, 0));
  }

  /** The row that is open, whether or not the filter lets it through. */
  get openedRow(): Row | undefined {
    if (!this.state.opened || this.state.view !== 'requests') return undefined;
    return findByKey(this.frozen?.rows ?? this.store.rows, this.list.cursor, rowKey);
  }

  get openedLog(): LogEvent | undefined {
    if (!this.state.opened || this.state.view !== 'logs') return undefined;
    return findByKey(this.frozen?.logs ?? this.store.logs, this.list.cursor, logKey);
  }

  /** What is known of a request: what the page saw, and what the server kept besides. */
  keptOf(row: RequestRow): Pick<Kept, 'logs' | 'exceptions'> {
    const id = row.head.request;
    const fetched = this.#fetched?.request.request === id ? this.#fetched : null;
    return {
      logs: merge(this.store.logsOf(id), fetched?.logs),
      exceptions: merge(this.store.exceptionsOf(id), fetched?.exceptions),
    };
  }

  /** The failure of the newest generation, unless the person has put it aside. */
  get failureShown(): boolean {
    const failure = this.store.failure;
    return failure !== null && failure.reload.generation !== this.#dismissed;
  }

  // What a person does

  show(view: ViewName): void {
    this.state.view = view;
    this.state.opened = false;
    this.#changed();
  }

  setFilter(text: string): void {
    this.list.filter = text;
    this.#filters = this.#compile();
    this.#changed();
  }

  /** Puts a word into the filter, or takes it out again. */
  toggleWord(word: string): void {
    const words = this.list.filter.split(/\s+/).filter(Boolean);
    const without = words.filter((known) => known !== word);
    const toggled = without.length < words.length ? without : [...words, word];
    this.setFilter(toggled.join(' '));
  }

  select(key: number, opened: boolean): void {
    this.list.cursor = key;
    this.state.opened = opened;
    const row = this.openedRow;
    if (row?.kind === 'request') void this.#fetchMissing(row);
    this.#changed();
  }

  /** Moves the cursor in the list that is shown; the details go with it. */
  move(by: number): void {
    const keys = this.#keys();
    const { cursor } = this.list;
    const at = cursor === null ? keys.length : lowerBound(keys, cursor, Number);
    const key = keys[Math.min(keys.length - 1, Math.max(0, at + by))];
    if (key !== undefined) this.select(key, this.state.opened);
  }

  /** The next failed request or error line after the cursor; from the end, the first of all. */
  nextError(): void {
    const after = this.list.cursor ?? 0;
    const errors = this.state.view === 'requests' ? this.#failedRows() : this.#errorLines();
    const key = errors.find((error) => error > after) ?? errors[0];
    if (key === undefined) this.tell('No error in the list.');
    else this.select(key, true);
  }

  open(): void {
    if (this.list.cursor !== null) this.select(this.list.cursor, true);
    else this.move(-1);
  }

  close(): void {
    this.state.opened = false;
    this.#changed();
  }

  /** To a request, from one of its log lines. */
  showRequest(id: string): void {
    const row = this.store.request(id);
    if (row) {
      this.show('requests');
      this.select(row.key, true);
    } else this.tell('This request is no longer kept.');
  }

  scrolled(position: ListPosition): void {
    this.list.position = position;
    this.#changed();
  }

  toggleFollow(): void {
    const { follow } = this.list.position;
    const top = this.#keys()[0] ?? 0;
    this.list.position = follow ? { follow: false, top, offset: 0 } : AT_END;
    this.#changed();
  }

  toggleFreeze(): void {
    const { rows, logs } = this.store;
    this.frozen = this.frozen ? null : { rows: rows.slice(), logs: logs.slice() };
    this.#changed();
  }

  toggleHelp(): void {
    this.helpShown = !this.helpShown;
    this.#changed();
  }

  dismissFailure(): void {
    this.#dismissed = this.store.failure?.reload.generation ?? 0;
    this.#changed();
  }

  resize(split: number): void {
    this.state.split = Math.min(0.85, Math.max(0.15, split));
    this.#changed();
  }

  tell(notice: string): void {
    this.notice = notice;
    this.#changed();
  }

  async clear(): Promise<void> {
    await this.#attempt(this.#commands.ask('clear', {}));
    this.frozen = null;
    this.store.clear();
    this.close();
  }

  async reload(): Promise<void> {
    await this.#attempt(this.#commands.ask('reload', {}));
  }

  openExternal(url: string): void {
    this.#transport.send({ type: 'openExternal', url });
  }

  /** In the editor the line is shown; a browser tab has no editor, so its name is copied. */
  openFile(file: string, line: number): void {
    if (this.host === 'editor') this.#transport.send({ type: 'open', file, line });
    else void this.copy(`${file}:${line}`);
  }

  async copy(text: string): Promise<void> {
    await this.#attempt(navigator.clipboard.writeText(text));
    this.tell(text.includes('\n') ? 'Copied.' : `Copied ${text}`);
  }

  /** Lets the host keep what the person has set up; called when it was drawn. */
  save(): void {
    this.#transport.saveState(this.state);
  }

  #keys(): number[] {
    return this.state.view === 'requests' ? this.rows().map(rowKey) : this.logs().map(logKey);
  }

  #failedRows(): number[] {
    return this.rows()
      .filter((row) => (row.kind === 'request' ? isFailed(row) : row.reload.phase === 'failed'))
      .map(rowKey);
  }

  #errorLines(): number[] {
    return this.logs()
      .filter((log) => log.severity_number >= 17)
      .map(logKey);
  }

  #compile() {
    const { requests, logs } = this.state.lists;
    return {
      requests: compile(requests.filter, REQUEST_TERMS),
      logs: compile(logs.filter, LOG_TERMS),
    };
  }

  #receive(message: HostMessage): void {
    if (message.type === 'events') this.#take(message.events);
    else this.#connection(message.connected, message.server);
    this.#changed();
  }

  #take(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.type === 'answer') this.#commands.settle(event satisfies Answer);
    }
    this.store.apply(events);
  }

  #connection(connected: boolean, info: ServerInfo | null): void {
    if (!connected) this.#commands.abandon();
    this.connected = connected;
    this.info = info ?? this.info;
  }

  /** Log lines that the page has already forgotten may still be kept by the server. */
  async #fetchMissing(row: RequestRow): Promise<void> {
    const { logs, exceptions } = this.keptOf(row);
    if (logs.length >= row.logs && exceptions.length >= row.exceptions) return;
    const { request } = row.head;
    this.#fetched = await this.#commands.ask('request', { request }).catch(() => null);
    this.#changed();
  }

  async #attempt(action: Promise<unknown>): Promise<void> {
    this.notice = '';
    await action.catch((error: Error) => this.tell(error.message));
  }
}

function merge<Event extends { sequence: number }>(ours: Event[], theirs: Event[] = []): Event[] {
  const known = new Map([...theirs, ...ours].map((event) => [event.sequence, event]));
  return [...known.values()].sort((a, b) => a.sequence - b.sequence);
}
