/** Turns the events about requests, their log lines and their exceptions into rows. */

import type {
  ExceptionEvent,
  LogEvent,
  RequestEnded,
  RequestHead,
  RequestStarted,
  SeverityNumber,
  WorkerEvent,
} from '../../server/stream/protocol.ts';
import { isCutShort, type RequestRow } from './rows.ts';

type Marks = Pick<RequestRow, 'logs' | 'exceptions' | 'faults' | 'severity'>;

/** Log lines may come before the request's own event: they wait here, but not for ever. */
const WAITING_LIMIT = 1000;
const CUT_SHORT_LIMIT = 100;

export class Requests {
  readonly #add: (row: RequestRow) => void;
  readonly #rows = new Map<string, RequestRow>();
  readonly #running = new Set<RequestRow>();
  /** Ended by the server for a worker whose own end is told next. */
  #cutShort: RequestRow[] = [];
  readonly #waiting = new Map<string, Marks>();

  constructor(add: (row: RequestRow) => void) {
    this.#add = add;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(request: string): RequestRow | undefined {
    return this.#rows.get(request);
  }

  inFlight(): readonly RequestRow[] {
    return [...this.#running];
  }

  start(event: RequestStarted): void {
    if (this.#rows.has(event.request)) return;
    this.#running.add(this.#open(event, event.time));
  }

  end(event: RequestEnded): void {
    const row = this.#rows.get(event.request) ?? this.#open(event, event.started);
    this.#running.delete(row);
    row.ended = event;
    row.abandoned = isCutShort(event);
    if (row.abandoned) this.#cutShort = [row, ...this.#cutShort].slice(0, CUT_SHORT_LIMIT);
    row.started = event.started;
    row.logs = Math.max(row.logs, event.logs);
    row.exceptions = Math.max(row.exceptions, event.exceptions);
  }

  log(event: LogEvent): void {
    if (event.request === undefined) return;
    const marks = this.#marksOf(event.request);
    marks.logs += 1;
    marks.severity = Math.max(marks.severity, event.severity_number) as SeverityNumber;
  }

  exception(event: ExceptionEvent): void {
    if (event.request === undefined) return;
    const marks = this.#marksOf(event.request);
    marks.exceptions += 1;
    if (event.kind !== 'handled') marks.faults += 1;
  }

  /** A worker is gone: what it had in flight will not end. Returns that. */
  abandon(worker: WorkerEvent): RequestRow[] {
    const ofIt = ({ head }: RequestRow): boolean => head['process.pid'] === worker['process.pid'];
    const lost = [...this.#running, ...this.#cutShort].filter(ofIt);
    this.#cutShort = this.#cutShort.filter((row) => !ofIt(row));
    for (const row of lost) {
      row.abandoned = true;
      this.#running.delete(row);
    }
    return lost;
  }

  forget(rows: Iterable<RequestRow>): void {
    for (const row of rows) {
      this.#rows.delete(row.head.request);
      this.#running.delete(row);
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#running.clear();
    this.#waiting.clear();
  }

  #open(head: RequestHead, started: number): RequestRow {
    const marks = this.#waiting.get(head.request) ?? unmarked();
    this.#waiting.delete(head.request);
    const state = { started, ended: null, abandoned: false };
    const row: RequestRow = { kind: 'request', key: started, head, ...state, ...marks };
    this.#rows.set(head.request, row);
    this.#add(row);
    return row;
  }

  #marksOf(request: string): Marks {
    const known = this.#rows.get(request) ?? this.#waiting.get(request);
    if (known) return known;
    const marks = unmarked();
    this.#waiting.set(request, marks);
    if (this.#waiting.size > WAITING_LIMIT) this.#forgetOldestWaiting();
    return marks;
  }

  #forgetOldestWaiting(): void {
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }
}

const unmarked = (): Marks => ({ logs: 0, exceptions: 0, faults: 0, severity: 0 });
