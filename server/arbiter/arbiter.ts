/**
 * The arbiter: which generation of the code there is, which workers it has, and what becomes of both.
 *
 * It never sees a request. Whatever happens (a fork, an exit, a save, a lost zygote) ends in
 * `#reconcile`, which asks for the workers that are missing and retires those that are too many.
 */

import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Journal } from '../stream/events.ts';
import type { ReloadReason } from '../stream/protocol.ts';
import { type BootCrashes, createBootCrashes } from './bootCrashes.ts';
import type { ZygoteReport } from './control.ts';
import { type ControlServer, listenForWorkers } from './controlServer.ts';
import type { Outcome } from './generation.ts';
import { Generations } from './generations.ts';
import { createPreloading, type Preloading } from './preloading.ts';
import { createRuntimeDirectory } from './runtimeDirectory.ts';
import { createSpares, type Spares } from './spares.ts';
import { cutStreamsLater, stopAll, superviseRetirement } from './supervision.ts';
import type { Worker } from './worker.ts';
import { createWorkerCare, type WorkerCare } from './workerCare.ts';
import { Workers } from './workers.ts';
import { ZygoteKeeper } from './zygoteKeeper.ts';

export interface ArbiterOptions {
  settings: ServeSettings;
  /** The folder that holds the package `prefork_worker`. */
  workerFolder: string;
  journal: Journal;
  log: Log;
  /** User files that the app has imported: to be watched. */
  watch(files: string[]): void;
  /** The state of the server as a whole has changed. */
  changed(): void;
}

export class Arbiter {
  readonly settings: ServeSettings;
  readonly #options: ArbiterOptions;
  readonly #directory = createRuntimeDirectory();
  readonly #preloading: Preloading;
  readonly #spares: Spares;
  readonly #bootCrashes: BootCrashes;
  readonly #workers: Workers;
  readonly #zygote: ZygoteKeeper;
  #control: ControlServer | undefined;
  readonly #generations = new Generations();
  #wanted: number;
  #stopping = false;
  #finish: (code: number) => void = () => {};
  /** Resolves with the server's exit code when nothing of it is left. */
  readonly closed: Promise<number>;

  constructor(options: ArbiterOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#wanted = options.settings.workers;
    this.closed = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#bootCrashes = createBootCrashes(this.settings.app, this.settings.reload);
    this.#preloading = createPreloading((command) => this.#zygote.send(command), options.log);
    this.#spares = createSpares({
      standing: () => this.#standing(),
      wanted: () => this.#wanted,
      grown: (count) => this.#spareWanted(count),
      retire: (worker) => this.#retire(worker),
    });
    this.#workers = new Workers({ journal: options.journal, ...this.#careForWorkers() });
    this.#zygote = new ZygoteKeeper({
      ...options,
      directory: this.#directory,
      report: (report) => this.#zygoteReported(report),
      lost: () => this.#zygoteLost(),
    });
  }

  #careForWorkers(): WorkerCare {
    return createWorkerCare({
      ...this.#options,
      directory: this.#directory.path,
      stopping: () => this.#stopping,
      generations: this.#generations,
      preloading: this.#preloading,
      bootCrashes: this.#bootCrashes,
      spares: this.#spares,
      workers: () => this.workers,
      send: (command) => this.#zygote.send(command),
      retire: (worker) => this.#retire(worker),
      reconcile: () => this.#reconcile(),
    });
  }

  get addresses(): string[] {
    return this.#zygote.addresses;
  }

  get generation(): number {
    return this.#generations.number;
  }

  get workers(): Worker[] {
    return this.#workers.living;
  }

  get wanted(): number {
    return this.#wanted;
  }

  /** Resolves when no worker of an older generation than the current one starts a request. */
  acknowledged(): Promise<void> {
    return this.#generations.acknowledged();
  }

  /** Whether every worker of the current generation has imported the app, or failed to. */
  get settled(): boolean {
    return this.#generations.settled;
  }

  /** Whether the current generation answers with why it could not be imported. */
  get broken(): boolean {
    return this.workers.some(
      (worker) => worker.generation === this.generation && worker.state === 'broken',
    );
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Resolves with the first generation's outcome, null when the server ended before. */
  async start(): Promise<Outcome | null> {
    this.#control = await listenForWorkers(this.#directory.controlSocket, (hello, channel) =>
      this.#workers.connect(hello, channel),
    );
    this.#zygote.spawn();
    return Promise.race([this.reload('start'), this.closed.then(() => null)]);
  }

  /**
   * A new generation. With `reload` on, the old workers stop at once and nothing of theirs is stale;
   * without it they go on until all new ones are ready (Gunicorn's HUP).
   */
  async reload(reason: ReloadReason, files: string[] = [], noticed = performance.now()) {
    const { journal } = this.#options;
    const workers = this.#wanted;
    const generation = this.#generations.begin({ reason, files, workers, noticed, journal });
    this.#bootCrashes.forget();
    this.#spares.reset();
    if (this.settings.reload && this.#zygote.listening) this.#supersedeOlder();
    else generation.acknowledged();
    this.#reconcile();
    this.#options.changed();
    const outcome = await generation.outcome;
    if (outcome) this.#generationSettled(outcome);
    return outcome;
  }

  /** Replaces one worker on the same generation; throws when there is none. */
  restartWorker(slot: number): void {
    this.#retire(this.worker(slot));
    this.#reconcile();
  }

  /** The worker that stands in a slot, or a certain one of it; throws an Error that says which there are. */
  worker(slot: number, pid?: number): Worker {
    const worker = this.#workers.inSlot(slot, pid);
    if (worker) return worker;
    if (pid) throw new Error(`Worker ${slot} with pid ${pid} has ended.`);
    throw new Error(`There is no worker ${slot}: this server has 1 to ${this.#wanted}.`);
  }

  /** One worker more or less (Gunicorn's TTIN and TTOU); never less than one. */
  scale(difference: number): void {
    this.#wanted = Math.max(1, this.#wanted + difference);
    this.#spares.reset();
    for (const worker of this.workers) if (worker.slot > this.#wanted) this.#retire(worker);
    this.#reconcile();
    this.#options.changed();
  }

  /** The error log is opened at each line; the access log is the workers'. */
  reopenLogs(): void {
    for (const worker of this.workers) worker.send({ type: 'reopen_logs' });
  }

  /** Ends the server: workers within `grace` seconds, then the zygote, then all files. */
  async stop(grace: number, code = 0): Promise<void> {
    if (this.#stopping) return stopAll(this.workers, grace);
    this.#stopping = true;
    this.#options.changed();
    await stopAll(this.workers, grace);
    await this.#zygote.close();
    this.#control?.close();
    this.#directory.remove();
    this.#generations.current?.supersede();
    this.#finish(code);
  }

  #reconcile(): void {
    const generation = this.generation;
    if (generation === 0 || this.#stopping || !this.#zygote.listening) return;
    const files = this.#generations.current?.files.slice(0, 3) ?? [];
    const failure = this.#bootCrashes.failure();
    for (const slot of this.#workers.vacant(this.#wanted + this.#spares.count, generation)) {
      this.#workers.asked(slot, generation);
      const order = { worker: slot, generation, files, ...(failure && { failure }) };
      this.#zygote.send({ type: 'fork', ...order });
    }
  }

  /** From here on no answer comes from old code. */
  #supersedeOlder(): void {
    this.#zygote.send({ type: 'supersede', generation: this.generation });
    for (const worker of this.workers) {
      if (worker.generation < this.generation) this.#retire(worker);
    }
  }

  #retire(worker: Worker): void {
    if (worker.retired) return;
    worker.retired = true;
    worker.become('retiring');
    worker.send({ type: 'retire' });
    if (this.settings.reload) cutStreamsLater(worker);
    superviseRetirement(worker, this.settings.graceful_timeout, this.#options.log);
  }

  #generationSettled(outcome: Outcome): void {
    if (outcome.ready) {
      this.#supersedeOlder();
      if (this.settings.reload) this.#preloading.ask();
    } else if (!this.settings.reload) {
      this.#giveUp(outcome);
    }
    this.#options.changed();
  }

  /** Without dev mode code that cannot be imported ends a server that starts, and spares one that runs. */
  #giveUp({ failure }: Outcome): void {
    if (!this.#generations.goBack()) void this.stop(0, failure?.code ?? 3);
  }

  #zygoteReported(report: ZygoteReport): void {
    if (report.type === 'listening') this.#zygoteListens();
    else if (report.type === 'superseded') this.#superseded(report.generation);
    else if (report.type === 'failed') void this.stop(0, report.code);
    else if (report.type === 'forked') this.#forked(report);
    else if (report.type === 'exited') this.#workers.exited(report);
    else if (report.type === 'preloaded') this.#preloading.settle(report);
  }

  #forked({ worker, generation, pid }: Extract<ZygoteReport, { type: 'forked' }>): void {
    this.#workers.found(worker, generation, pid);
    this.#options.log(this.settings.reload ? 'debug' : 'info', `Booting worker with pid: ${pid}`);
  }

  #superseded(generation: number): void {
    if (generation === this.generation) this.#generations.current?.acknowledged();
  }

  #zygoteListens(): void {
    if (this.settings.reload) {
      this.#zygote.send({ type: 'supersede', generation: this.generation });
      this.#preloading.ask();
    }
    this.#reconcile();
    this.#options.changed();
  }

  /** Workers go on serving; a new zygote takes the listeners over from one of them. */
  #zygoteLost(): void {
    this.#workers.orphaned();
    this.#preloading.startAgain();
    if (!this.#stopping) this.#zygote.respawn(this.workers);
  }

  #standing(): Worker[] {
    return this.workers.filter((worker) => worker.standsFor(this.generation));
  }

  #spareWanted(count: number): void {
    this.#options.log('info', `All workers are occupied by long requests: spare worker ${count}`);
    this.#reconcile();
  }
}
