/**
 * The pool: which workers there are to be. Whatever happens to one (a fork, an exit, a save, a lost
 * zygote) ends in `reconcile`, which asks for those that are missing; `retire` ends those that are too many.
 */

import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import { type BootCrashes, createBootCrashes } from './bootCrashes.ts';
import type { ZygoteCommand } from './control.ts';
import { createDebugging, type Debugging } from './debugging.ts';
import { createPacing, type Pacing } from './pacing.ts';
import { createReplaying, type Replaying } from './replaying.ts';
import { createSpares, type Spares } from './spares.ts';
import { createStandby, STANDBY_SLOT, type Standby } from './standby.ts';
import { createSteering, type Steering } from './steering.ts';
import { cutStreamsLater, superviseRetirement } from './supervision.ts';
import type { Worker } from './worker.ts';
import { Workers, type WorkersOptions } from './workers.ts';

export interface PoolOptions extends Omit<WorkersOptions, 'found'> {
  settings: ServeSettings;
  log: Log;
  /** Whether the zygote takes commands and the server is to go on. */
  open(): boolean;
  send(command: ZygoteCommand): void;
  /** The state of the server as a whole has changed. */
  changed(): void;
}

type Fork = Extract<ZygoteCommand, { type: 'fork' }>;
type How = Pick<Fork, 'files' | 'failure' | 'standby' | 'debug'>;

/** How many changed files a worker is told of. */
const TOLD = 3;

export class Pool {
  /** How many workers are asked for, besides spares. */
  wanted: number;
  readonly workers: Workers;
  readonly bootCrashes: BootCrashes;
  readonly standby: Standby;
  readonly spares: Spares;
  readonly debugging: Debugging;
  readonly steering: Steering;
  readonly replaying: Replaying;
  /** A few of the files whose change made the current generation. */
  #changed: string[] = [];
  readonly #pacing: Pacing;
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    const { settings, log } = options;
    this.#options = options;
    this.wanted = settings.workers;
    this.bootCrashes = createBootCrashes(settings.app, settings.reload);
    this.standby = createStandby({
      calm: () => this.#calm(),
      fork: (standby) => this.#fork(STANDBY_SLOT, options.generation() + 1, { files: [], standby }),
      retire: (worker) => this.retire(worker),
    });
    this.spares = createSpares({
      standing: () => this.#standing(),
      wanted: () => this.wanted,
      grown: (count) => {
        log('info', `All workers are occupied by long requests: spare worker ${count}`);
        this.reconcile();
      },
      retire: (worker) => this.retire(worker),
    });
    this.workers = new Workers({
      ...options,
      found: (worker) => {
        if (worker.ahead) log('debug', `Standby with pid: ${worker.pid}`);
        this.standby.found(worker);
      },
    });
    this.steering = createSteering({
      ...options,
      inSlot: (slot) => this.workers.inSlot(slot),
      changed: () => options.changed(),
    });
    this.debugging = createDebugging({
      began: () => this.standby.discard(),
      resumed: () => {
        this.retireOlder();
        this.reconcile();
      },
      left: ({ slot }) => {
        if (slot === this.steering.slot) this.steering.to(null);
      },
    });
    this.replaying = createReplaying({
      ...options,
      workers: () => this.workers.living,
    });
    this.#pacing = createPacing(settings.reload, this.workers, () => this.reconcile());
  }

  /** A generation begins, because these files changed. */
  begin(generation: number, files: string[]): void {
    this.#changed = files.slice(0, TOLD);
    this.bootCrashes.forget();
    this.spares.reset();
    this.#pacing.begin(generation);
    this.standby.begin(files);
  }

  /** Asks for the workers that are missing, as far as they may import the app at once. */
  reconcile(): void {
    const { settings, generation, open } = this.#options;
    this.steering.settle();
    if (generation() === 0 || !open()) return;
    const vacant = this.#vacant();
    const failure = this.bootCrashes.failure();
    const files = this.#changed;
    for (const slot of vacant.slice(0, this.#pacing.room())) {
      const debug = this.debugging.order(slot);
      const how = { files, ...(failure && { failure }), ...(debug && { debug }) };
      this.#fork(slot, generation(), how);
    }
    if (settings.reload) this.standby.prepare();
  }

  /** Those whose workers wait for a debugger come last: the others answer meanwhile. */
  #vacant(): number[] {
    const { workers, debugging } = this;
    const slots = workers.vacant(this.wanted + this.spares.count, this.#options.generation());
    const isDebugged = (slot: number): number => (debugging.order(slot) ? 1 : 0);
    return slots.sort((a, b) => isDebugged(a) - isDebugged(b));
  }

  /** Their zygote is gone. */
  orphaned(): void {
    this.workers.orphaned();
    this.standby.startAgain();
  }

  retireOlder(generation = this.#options.generation()): void {
    for (const worker of this.workers.living) {
      if (worker.generation >= generation || worker.retired) continue;
      if (!worker.paused) this.retire(worker);
      else if (!worker.pending) {
        worker.pending = true;
        worker.tell();
      }
    }
  }

  retire(worker: Worker): void {
    if (worker.retired) return;
    const { settings, log } = this.#options;
    worker.retired = true;
    worker.pending = false;
    worker.become('retiring');
    this.steering.settle();
    worker.send({ type: 'retire' });
    if (settings.reload) cutStreamsLater(worker);
    superviseRetirement(worker, settings.graceful_timeout, log);
  }

  scale(wanted: number): void {
    this.wanted = wanted;
    this.spares.reset();
    for (const worker of this.workers.living) if (worker.slot > wanted) this.retire(worker);
    this.reconcile();
  }

  /** Gives `generation` back. */
  #fork(slot: number, generation: number, how: How): number {
    this.#options.log('debug', `Asking for worker ${slot} of generation ${generation}`);
    this.workers.asked(slot, generation);
    this.#options.send({ type: 'fork', worker: slot, generation, ...how });
    return generation;
  }

  /** Whether the next save can be prepared for: new code answers, and every worker of it is on its way. */
  #calm(): boolean {
    const { booting, booted } = this.workers.progress(this.#options.generation());
    const debugged = this.workers.living.some((worker) => worker.adapter);
    const allForked = booted > 0 && booting + booted >= this.wanted;
    return allForked && !debugged && this.#options.open();
  }

  #standing(): Worker[] {
    const generation = this.#options.generation();
    return this.workers.living.filter((worker) => worker.standsFor(generation));
  }
}
