/**
 * Everything the page knows of the server, made from its events alone. Bounded: the oldest rows,
 * log lines and exceptions are forgotten and counted. Knows nothing of what is on the screen.
 */

import type {
  CaptureEvent,
  ExceptionEvent,
  Hello,
  KeptEvent,
  LogEvent,
  MetricsEvent,
  ServerEvent,
  StreamEvent,
  WorkerEvent,
} from '../../server/stream/protocol.ts';
import { Bounded } from './bounded.ts';
import { ByRequest } from './byRequest.ts';
import { type Clock, createClock } from './clock.ts';
import { Loss } from './loss.ts';
import { Reloads } from './reloads.ts';
import { Requests } from './requests.ts';
import { type Death, diedBadly, type Failure, type RequestRow, type Row, rowKey } from './rows.ts';
import { findByKey } from './sorted.ts';
import { Workers } from './workers.ts';

export const LIMITS = { rows: 10_000, logs: 10_000, exceptions: 1_000, metrics: 3_600 };

type Handlers = {
  [Type in KeptEvent['type']]: (event: Extract<KeptEvent, { type: Type }>) => void;
};

export class Store {
  server: ServerEvent | null = null;
  readonly clock: Clock;
  readonly #rows: Bounded<Row>;
  readonly #logs: ByRequest<LogEvent>;
  readonly #exceptions: ByRequest<ExceptionEvent>;
  readonly #requests = new Requests((row) => this.#addRow(row));
  readonly #reloads = new Reloads((row) => this.#addRow(row));
  readonly #workers = new Workers();
  /** By process: what capture tells of itself. */
  readonly capture = new Map<number, CaptureEvent>();
  readonly #metrics: Bounded<MetricsEvent>;
  #loss = new Loss();
  #untold = 0;
  /** What the server had given up before the page asked for the rest. */
  #evicted = 0;
  /** The last worker that did not end well. */
  death: Death | null = null;
  readonly #handlers: Handlers = {
    server: (event) => {
      this.server = event;
    },
    worker: (event) => {
      this.#workers.apply(event);
      if (event.state !== 'exited') return;
      const requests = this.#requests.abandon(event);
      if (diedBadly(event)) this.death = { worker: event, requests };
      this.capture.delete(event['process.pid']);
    },
    reload: (event) => this.#reloads.apply(event),
    'request.started': (event) => this.#requests.start(event),
    'request.ended': (event) => {
      this.#requests.end(event);
      this.#reloads.drain(event);
    },
    // Shown in the editor's tree.
    usage: () => {},
    log: (event) => {
      this.#logs.push(event);
      this.#requests.log(event);
    },
    exception: (event) => {
      this.#exceptions.push(event);
      this.#requests.exception(event);
    },
    capture: (event) => {
      this.capture.set(event['process.pid'], event);
    },
    metrics: (event) => {
      this.#metrics.push(event);
      this.#untold += event.requests - event.full - event.summary;
    },
    dropped: (event) => this.#loss.report(event),
    cleared: () => this.clear(),
  };

  constructor(limits = LIMITS, clock = createClock()) {
    this.clock = clock;
    this.#rows = new Bounded(limits.rows);
    this.#logs = new ByRequest(limits.logs);
    this.#exceptions = new ByRequest(limits.exceptions);
    this.#metrics = new Bounded(limits.metrics);
  }

  apply(events: readonly StreamEvent[]): void {
    for (const event of events) this.#applyOne(event);
    const forgotten = this.#rows.trim().filter((row) => row.kind === 'request');
    this.#requests.forget(forgotten);
    this.#logs.trim();
    this.#exceptions.trim();
    this.#metrics.trim();
  }

  get rows(): readonly Row[] {
    return this.#rows.items;
  }

  get logs(): readonly LogEvent[] {
    return this.#logs.items;
  }

  /** Of the rows; the others are reloads. */
  get requestCount(): number {
    return this.#requests.size;
  }

  get metrics(): readonly MetricsEvent[] {
    return this.#metrics.items;
  }

  get workers(): WorkerEvent[] {
    return this.#workers.list(this.server?.workers ?? 0);
  }

  /** The newest generation that was begun. */
  get generation(): number {
    return this.#reloads.latest?.generation ?? this.server?.generation ?? 0;
  }

  /** From the noticed change to the moment every answer was new; null while it goes on. */
  get reloadDuration(): number | null {
    return this.#reloads.latest?.duration ?? null;
  }

  /** The newest generation, if it could not be imported. */
  get failure(): Failure | null {
    const reload = this.#reloads.latest;
    if (reload?.phase !== 'failed') return null;
    return { reload, exception: this.exception(reload.exception) };
  }

  /** What the page, or the server before it came, had and gave up, because they keep only so much. */
  get forgotten(): number {
    return this.#evicted + this.#rows.forgotten + this.#logs.forgotten;
  }

  /** What was sent to the page and never came. */
  get lost(): number {
    return this.#loss.lost;
  }

  /** What workers had to leave out. */
  get dropped(): number {
    return this.#loss.dropped;
  }

  /** Requests that were only counted, under load. */
  get untold(): number {
    return this.#untold;
  }

  /** The newest sequence number seen; what to subscribe after. */
  get last(): number {
    return this.#loss.last;
  }

  request(id: string): RequestRow | undefined {
    return this.#requests.get(id);
  }

  inFlight(): readonly RequestRow[] {
    return this.#requests.inFlight();
  }

  exception(id: string | undefined): ExceptionEvent | undefined {
    return this.#exceptions.items.findLast((event) => event.exception === id);
  }

  logsOf(request: string): LogEvent[] {
    return [...this.#logs.of(request)];
  }

  exceptionsOf(request: string): ExceptionEvent[] {
    return [...this.#exceptions.of(request)];
  }

  /** Forgets rows, log lines and exceptions; the server and its workers stay known. */
  clear(): void {
    for (const list of [this.#rows, this.#logs, this.#exceptions, this.#metrics]) list.clear();
    this.#requests.clear();
    this.#untold = this.#evicted = 0;
    this.death = null;
  }

  /** Forgets all, for another server. */
  startOver(): void {
    this.clear();
    this.#reloads.clear();
    this.#workers.clear();
    this.capture.clear();
    this.#loss = new Loss();
    this.server = null;
  }

  /** Workers report in batches, so a row may come after others that started later. */
  #addRow(row: Row): void {
    while (findByKey(this.#rows.items, row.key, rowKey)) row.key += 1;
    this.#rows.insert(row, rowKey);
  }

  #applyOne(event: StreamEvent): void {
    if (event.type === 'hello') this.#greet(event);
    else if (event.type !== 'answer' && this.#loss.see(event.sequence)) this.#applyKept(event);
  }

  /** A hello older than what was seen comes from another server on the same address. */
  #greet(hello: Hello): void {
    if (hello.newest < this.#loss.last) this.startOver();
    if (this.#loss.last === 0) {
      this.#evicted = (hello.evicted?.requests ?? 0) + (hello.evicted?.logs ?? 0);
    }
    this.#loss.greet(hello);
  }

  #applyKept(event: KeptEvent): void {
    // A start is told late: its time is when the request began.
    const isNews = this.#loss.isLive(event.sequence) && event.type !== 'request.started';
    if (isNews) this.clock.observe(event.time);
    const apply = this.#handlers[event.type] as (event: KeptEvent) => void;
    apply(event);
  }
}
