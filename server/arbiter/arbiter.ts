/**
 * The arbiter: which generation of the code there is, and what the zygote and the workers make of it.
 *
 * It never sees a request. The pool keeps the workers that a generation is to have.
 */

import type { Log } from '../log.ts';
import type { Sources } from '../reload/watcher.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Journal } from '../stream/events.ts';
import type { ReloadReason } from '../stream/protocol.ts';
import type { ZygoteReport } from './control.ts';
import { type ControlServer, listenForWorkers } from './controlServer.ts';
import type { EarlyPython } from './earlyPython.ts';
import type { Outcome } from './generation.ts';
import { Generations } from './generations.ts';
import { createLogLevels, type LogLevels } from './logLevels.ts';
import { Pool } from './pool.ts';
import { preloadFile } from './preloadFile.ts';
import { createPreloading, type Preloading } from './preloading.ts';
import { createRuntimeDirectory } from './runtimeDirectory.ts';
import { stopAll } from './supervision.ts';
import type { Worker } from './worker.ts';
import { createWorkerCare, type WorkerCare } from './workerCare.ts';
import { ZygoteKeeper } from './zygoteKeeper.ts';

/** Milliseconds after which old workers go although no new one has said anything. */
const RETIRE_AFTER = 250;

export interface ArbiterOptions {
  settings: ServeSettings;
  /** The folder that holds the package `prefork_worker`. */
  workerFolder: string;
  early: EarlyPython;
  /** How many generations there were before the start. */
  earlier: number;
  journal: Journal;
  log: Log;
  /** What a worker of that generation runs: to be watched. */
  watch(sources: Sources, generation: number): void;
  /** The state of the server as a whole has changed. */
  changed(): void;
}

export class Arbiter {
  readonly settings: ServeSettings;
  readonly #options: ArbiterOptions;
  readonly #directory = createRuntimeDirectory();
  readonly preloading: Preloading;
  readonly #pool: Pool;
  readonly #zygote: ZygoteKeeper;
  #control: ControlServer | undefined;
  readonly #generations: Generations;
  readonly logLevels: LogLevels = createLogLevels(() => this.#pool.workers.all);
  /** The first generation of the current zygote. */
  #succession = 1;
  #stopping = false;
  #finish: (code: number) => void = () => {};
  /** Resolves with the server's exit code when nothing of it is left. */
  readonly closed: Promise<number>;

  constructor(options: ArbiterOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#generations = new Generations(options.earlier);
    this.closed = new Promise((resolve) => (this.#finish = resolve));
    this.preloading = createPreloading({
      file: preloadFile(this.settings, options.log),
      log: options.log,
      send: (command) => this.#zygote.send(command),
      renew: () => void this.renew('environment'),
    });
    this.#pool = new Pool({
      ...options,
      generation: () => this.generation,
      open: () => this.#zygote.open && !this.#stopping,
      send: (command) => this.#zygote.send(command),
      ...this.#careForWorkers(),
    });
    this.#zygote = new ZygoteKeeper({
      ...options,
      directory: this.#directory,
      report: (report) => this.#zygoteReported(report),
      trusted: () => (this.settings.reload ? this.preloading.trusted : null),
      lost: () => this.#zygoteLost(),
      succeeded: () => {
        this.#succession = this.generation;
      },
      stays: () => this.#zygoteStays(),
      abandoned: () => this.#pool.workers.orphaned(this.#succession),
    });
  }

  #careForWorkers(): WorkerCare {
    return createWorkerCare({
      ...this.#options,
      directory: this.#directory.path,
      stopping: () => this.#stopping,
      generations: this.#generations,
      preloading: this.preloading,
      pool: () => this.#pool,
      send: (command) => this.#zygote.send(command),
    });
  }

  get addresses(): string[] {
    return this.#zygote.addresses;
  }

  get generation(): number {
    return this.#generations.number;
  }

  /** Whether no code was served before that of the current generation. */
  get starting(): boolean {
    return this.generation <= this.#generations.first;
  }

  get pool(): Pool {
    return this.#pool;
  }

  get workers(): Worker[] {
    return this.#pool.workers.living;
  }

  /** Resolves when no worker of an older generation than the current one starts a request. */
  acknowledged(): Promise<void> {
    return this.#generations.acknowledged();
  }

  /** Whether the current generation answers, be it with why it could not be imported. */
  get settled(): boolean {
    return this.#generations.settled;
  }

  /** Whether the current generation answers with why it could not be imported. */
  get broken(): boolean {
    const { generation } = this;
    return this.workers.some((one) => one.generation === generation && one.state === 'broken');
  }

  /** Whether a new zygote was asked for and could not start: its workers are not what they should be. */
  get outdated(): boolean {
    return this.#zygote.outdated;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Resolves with the first outcome that there is, null when the server ended before. */
  async start(): Promise<Outcome | null> {
    this.#control = await listenForWorkers(this.#directory.controlSocket, (hello, channel) => {
      this.logLevels.greet(channel);
      return this.#pool.workers.connect(hello, channel);
    });
    this.#zygote.spawn();
    void this.reload('start');
    return Promise.race([this.#generations.outcome(), this.closed.then(() => null)]);
  }

  /**
   * A new generation. With `reload` on, the old workers start nothing more at once and nothing of theirs
   * is stale; without it they go on until all new ones are ready (Gunicorn's HUP).
   */
  async reload(reason: ReloadReason, files: string[] = [], noticed = performance.now()) {
    const { journal } = this.#options;
    // At a reload in dev mode every answer is new as soon as the first worker is ready.
    const workers = this.settings.reload && this.generation > 0 ? 1 : this.#pool.wanted;
    const generation = this.#generations.begin({ reason, files, workers, noticed, journal });
    this.#pool.begin(generation.number, files);
    if (this.settings.reload && this.#zygote.listening) this.#supersedeOlder();
    else generation.acknowledged();
    this.#pool.reconcile();
    this.#options.changed();
    const outcome = await generation.outcome;
    if (outcome) this.#generationSettled(outcome);
    return outcome;
  }

  /**
   * A new generation from a new zygote, which has the settings, the environment and the libraries that
   * there are now. If there can be no new zygote, the old one makes it.
   */
  renew(reason: ReloadReason, files: string[] = [], noticed = performance.now()) {
    if (this.#zygote.listening) {
      this.preloading.startAgain(true);
      this.#zygote.replace();
    }
    this.#pool.standby.startAgain();
    this.#pool.wanted = this.settings.workers;
    return this.reload(reason, files, noticed);
  }

  /** Replaces one worker on the same generation; throws when there is none. */
  restartWorker(slot: number): void {
    this.#pool.retire(this.worker(slot));
    this.#pool.reconcile();
  }

  /** The worker that stands in a slot, or a certain one of it; throws an Error that says which there are. */
  worker(slot: number, pid?: number): Worker {
    const worker = this.#pool.workers.inSlot(slot, pid);
    if (worker) return worker;
    if (pid) throw new Error(`Worker ${slot} with pid ${pid} has ended.`);
    throw new Error(`There is no worker ${slot}: this server has 1 to ${this.#pool.wanted}.`);
  }

  /** One worker more or less (Gunicorn's TTIN and TTOU); never less than one. */
  scale(difference: number): void {
    this.#pool.scale(Math.max(1, this.#pool.wanted + difference));
    this.#options.changed();
  }

  /** The error log is opened at each line; the access log is the workers'. */
  reopenLogs(): void {
    for (const worker of this.workers) worker.send({ type: 'reopen_logs' });
  }

  /** Ends the server: workers within `grace` seconds, then the zygote, then all files. */
  async stop(grace: number, code = 0): Promise<void> {
    if (this.#stopping) return stopAll(this.#pool.workers.all, grace);
    this.#stopping = true;
    this.#options.changed();
    await stopAll(this.#pool.workers.all, grace);
    await this.#zygote.close();
    this.#pool.workers.orphaned(); // what was forked meanwhile has ended with it
    this.#control?.close();
    this.#directory.remove();
    this.#generations.current?.supersede();
    this.#finish(code);
  }

  /**
   * From here on no answer comes from old code. The old workers end a little later: the processors are
   * for the new one that imports the app.
   */
  #supersedeOlder(): void {
    const { generation } = this; // by then it may be another, which cannot be imported
    this.#zygote.send({ type: 'supersede', generation });
    setTimeout(() => this.#pool.retireOlder(generation), RETIRE_AFTER).unref();
  }

  #generationSettled(outcome: Outcome): void {
    const { reload } = this.settings;
    if (!reload && outcome.ready) this.#supersedeOlder();
    if (!reload && !outcome.ready) this.#giveUp(outcome);
    else this.#pool.retireOlder();
    if (reload && outcome.ready) this.preloading.ask();
    this.#options.changed();
  }

  /** Without dev mode code that cannot be imported ends a server that starts, and spares one that runs. */
  #giveUp({ failure }: Outcome): void {
    if (!this.#generations.goBack()) void this.stop(0, failure?.code ?? 3);
  }

  #zygoteReported(report: ZygoteReport): void {
    if (report.type === 'listening') this.#zygoteListens();
    else if (report.type === 'superseded') this.#generations.superseded(report.generation);
    else if (report.type === 'failed') void this.stop(0, report.code);
    else if (report.type === 'forked') this.#forked(report);
    else if (report.type === 'exited') this.#pool.workers.exited(report);
    else if (report.type === 'preloaded') this.#preloaded(report);
  }

  #forked({ worker, generation, pid }: Extract<ZygoteReport, { type: 'forked' }>): void {
    this.#pool.workers.found(worker, generation, pid);
    this.#options.log(this.settings.reload ? 'debug' : 'info', `Booting worker with pid: ${pid}`);
  }

  #preloaded(report: Extract<ZygoteReport, { type: 'preloaded' }>): void {
    this.preloading.settle(report);
    // What is forked from now on has more in it.
    if (Object.keys(report.modules).length > 0) this.#pool.standby.discard();
  }

  #zygoteListens(): void {
    if (this.settings.reload) {
      this.#zygote.send({ type: 'supersede', generation: this.generation });
      this.preloading.ask();
    }
    this.#pool.steering.tellAnew();
    this.#pool.reconcile();
    this.#options.changed();
  }

  #zygoteStays(): void {
    this.preloading.startAgain();
    this.#pool.reconcile();
  }

  /** Workers go on serving; a new zygote takes the listeners over from one of them. */
  #zygoteLost(): void {
    this.#pool.orphaned();
    this.preloading.startAgain();
    if (!this.#stopping) this.#zygote.respawn(this.workers);
  }
}
