/** The two lists as they are shown: filtered, perhaps frozen, with a cursor in each. */

import { compile, type Filter, type Terms } from '../../server/stream/filter/filter.ts';
import { requestTerms } from '../../server/stream/filter/requestTerms.ts';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { type Completion, complete } from '../filter/completion.ts';
import { LOG_TERMS } from '../filter/logTerms.ts';
import { filterRows } from '../filter/rows.ts';
import { hasError, type RequestRow, type Row, rowKey } from './rows.ts';
import { findByKey, lowerBound } from './sorted.ts';
import type { Store } from './store.ts';
import { type ListState, listOf, type ViewState } from './viewState.ts';

export const logKey = (log: LogEvent): number => log.sequence;

const isError = (row: Row): boolean =>
  row.kind === 'request' ? hasError(row) : row.reload.phase === 'failed';

const hasFinding = (row: Row): boolean =>
  row.kind === 'request' && (row.ended?.findings.includes('n+1') ?? false);

export class Lists {
  readonly #store: Store;
  readonly #state: ViewState;
  #frozen: { rows: readonly Row[]; logs: readonly LogEvent[] } | null = null;
  readonly #requestTerms: Terms<RequestRow>;
  #requestFilter: Filter<RequestRow>;
  #logFilter: Filter<LogEvent>;

  constructor(store: Store, state: ViewState) {
    this.#store = store;
    this.#state = state;
    this.#requestTerms = requestTerms(store);
    this.#requestFilter = compile(state.lists.requests.filter, this.#requestTerms);
    this.#logFilter = compile(state.lists.logs.filter, LOG_TERMS);
  }

  /** The list that is shown. */
  get current(): ListState {
    return this.#state.lists[listOf(this.#state.view)];
  }

  get filter(): Filter<RequestRow> | Filter<LogEvent> {
    return listOf(this.#state.view) === 'requests' ? this.#requestFilter : this.#logFilter;
  }

  setFilter(text: string): void {
    this.current.filter = text;
    if (listOf(this.#state.view) === 'requests')
      this.#requestFilter = compile(text, this.#requestTerms);
    else this.#logFilter = compile(text, LOG_TERMS);
  }

  /** What can stand in the filter where the caret is. */
  complete(caret: number): Completion | null {
    const { filter } = this.current;
    if (this.#state.view === 'logs') return complete(filter, caret, LOG_TERMS, this.#allLogs);
    const requests = this.#allRows.filter((row) => row.kind === 'request');
    return complete(filter, caret, this.#requestTerms, requests);
  }

  rows(): Row[] {
    return filterRows(this.#allRows, this.#requestFilter, this.#store.clock.now());
  }

  logs(): LogEvent[] {
    const { empty, passes } = this.#logFilter;
    return empty ? this.#allLogs.slice() : this.#allLogs.filter((log) => passes(log, 0));
  }

  /** The row under the cursor, whether or not the filter lets it through. */
  get cursorRow(): Row | undefined {
    if (this.#state.view !== 'requests') return undefined;
    return findByKey(this.#allRows, this.current.cursor, rowKey);
  }

  /** The row that is open. */
  get openedRow(): Row | undefined {
    return this.#state.opened ? this.cursorRow : undefined;
  }

  get openedLog(): LogEvent | undefined {
    if (!this.#state.opened || this.#state.view !== 'logs') return undefined;
    return findByKey(this.#allLogs, this.current.cursor, logKey);
  }

  get isFrozen(): boolean {
    return this.#frozen !== null;
  }

  /** The lists stay as they are; what happens goes on being kept. */
  freeze(): void {
    const { rows, logs } = this.#store;
    this.#frozen = { rows: rows.slice(), logs: logs.slice() };
  }

  thaw(): void {
    this.#frozen = null;
  }

  /** How many requests or log lines there are, were there no filter. */
  get total(): number {
    if (listOf(this.#state.view) === 'logs') return this.#allLogs.length;
    if (!this.#frozen) return this.#store.requestCount;
    return this.#allRows.filter((row) => row.kind === 'request').length;
  }

  /** How many came to the list that is shown since it was frozen. */
  get newer(): number {
    const { rows, logs } = this.#store;
    const isRequests = listOf(this.#state.view) === 'requests';
    const [now, then] = isRequests
      ? [rows.map(rowKey), this.#allRows.map(rowKey)]
      : [logs.map(logKey), this.#allLogs.map(logKey)];
    return now.length - lowerBound(now, (then.at(-1) ?? 0) + 1, Number);
  }

  /** The key so many rows from the cursor; without a cursor, from the end. */
  keyBeside(by: number): number | undefined {
    const keys = this.#keys();
    const { cursor } = this.current;
    const at = cursor === null ? keys.length : lowerBound(keys, cursor, Number);
    return keys[Math.min(keys.length - 1, Math.max(0, at + by))];
  }

  firstKey(): number | undefined {
    return this.#keys()[0];
  }

  /** The next failed request or error line after the cursor; after the last one, the first. */
  nextError(): number | undefined {
    const after = this.current.cursor ?? 0;
    const isRequests = listOf(this.#state.view) === 'requests';
    const errors = isRequests ? this.rows().filter(isError).map(rowKey) : this.#errorLines();
    return errors.find((key) => key > after) ?? errors[0];
  }

  /** The next request after the cursor that repeats a query in a loop; after the last, the first. */
  nextFinding(): number | undefined {
    const after = this.current.cursor ?? 0;
    const found = this.rows().filter(hasFinding).map(rowKey);
    return found.find((key) => key > after) ?? found[0];
  }

  /** The next reload after the cursor, the first after the last. */
  nextReload(): number | undefined {
    const after = this.current.cursor ?? 0;
    const reloads = this.rows()
      .filter((row) => row.kind === 'reload')
      .map(rowKey);
    return reloads.find((key) => key > after) ?? reloads[0];
  }

  get #allRows(): readonly Row[] {
    return this.#frozen?.rows ?? this.#store.rows;
  }

  get #allLogs(): readonly LogEvent[] {
    return this.#frozen?.logs ?? this.#store.logs;
  }

  #keys(): number[] {
    return listOf(this.#state.view) === 'requests'
      ? this.rows().map(rowKey)
      : this.logs().map(logKey);
  }

  #errorLines(): number[] {
    const errors = this.logs().filter((log) => log.severity_number >= 17);
    return errors.map(logKey);
  }
}
