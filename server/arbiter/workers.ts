/** All workers of the server, by pid: which of them stand in a slot, and what became of each. */

import type { Journal } from '../stream/events.ts';
import type { Channel, Listener } from './channel.ts';
import type { WorkerCommand, WorkerReport, ZygoteReport } from './control.ts';
import { Worker } from './worker.ts';

type Hello = Extract<WorkerReport, { type: 'hello' }>;
type Exited = Extract<ZygoteReport, { type: 'exited' }>;

/** Seconds in which the last reports of a worker that has ended are read. */
const LAST_REPORTS = 0.5;

export interface WorkersOptions {
  journal: Journal;
  /** The current generation: a worker of a later one is a standby. */
  generation(): number;
  /** A worker was forked. */
  found(worker: Worker): void;
  report(worker: Worker, report: WorkerReport): void;
  /** A worker's process has ended; it is no longer among the workers. */
  ended(worker: Worker, exit: { code: number | null; signal: string | null }): void;
}

export class Workers {
  readonly #all = new Map<number, Worker>();
  /** Forks that the zygote was asked for and has not answered yet: slot to generation. */
  readonly #asked = new Map<number, number>();
  readonly #options: WorkersOptions;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Standbys too. */
  get all(): Worker[] {
    return [...this.#all.values()];
  }

  get living(): Worker[] {
    return this.all.filter((worker) => !worker.ahead);
  }

  /**
   * The worker that stands in a slot: not one that is retiring, unless its pid is given, and an
   * orphan only at need.
   */
  inSlot(slot: number, pid?: number): Worker | undefined {
    if (pid) return this.living.find((worker) => worker.slot === slot && worker.pid === pid);
    return this.living
      .filter((worker) => worker.slot === slot && !worker.retired)
      .sort((a, b) => Number(a.orphan) - Number(b.orphan) || b.generation - a.generation)[0];
  }

  /** One that is paused stays in its slot, whatever it runs: its successor is forked when it goes on. */
  #isHeld(slot: number, generation: number): boolean {
    const inSlot = this.living.filter((worker) => worker.slot === slot);
    return inSlot.some((worker) => worker.paused || worker.standsFor(generation));
  }

  /** Slots 1…`wanted` in which no worker of `generation` stands or is about to. */
  vacant(wanted: number, generation: number): number[] {
    const slots = Array.from({ length: wanted }, (_, index) => index + 1);
    return slots.filter(
      (slot) => this.#asked.get(slot) !== generation && !this.#isHeld(slot, generation),
    );
  }

  /** How many workers of a generation are importing the app, or about to, and how many are done. */
  progress(generation: number): { booting: number; booted: number } {
    const asked = [...this.#asked.values()].filter((of) => of === generation).length;
    const standing = this.living.filter((one) => one.standsFor(generation));
    // What waits for its debugger is neither: it needs no processor, and answers nothing.
    const booting = standing.filter((one) => one.state === 'booting' && !one.adapter).length;
    const booted = standing.filter((one) => one.state !== 'booting').length;
    return { booting: asked + booting, booted };
  }

  asked(slot: number, generation: number): void {
    this.#asked.set(slot, generation);
  }

  /** From `forked` or `hello`, whichever comes first. */
  found(slot: number, generation: number, pid: number): Worker {
    const known = this.#all.get(pid);
    if (known) return known;
    if (this.#asked.get(slot) === generation) this.#asked.delete(slot);
    const { journal } = this.#options;
    const ahead = generation > this.#options.generation();
    const worker = new Worker(slot, generation, pid, ahead, journal);
    this.#all.set(pid, worker);
    worker.tell();
    this.#options.found(worker);
    return worker;
  }

  /** Null for one that has ended long since: it would stand in its slot for ever. */
  connect(hello: Hello, channel: Channel<WorkerCommand>): Listener<WorkerReport> | null {
    if (!this.#all.has(hello.pid) && !isAlive(hello.pid)) return null;
    const worker = this.found(hello.worker, hello.generation, hello.pid);
    worker.connect(channel);
    return {
      message: (report) => this.#options.report(worker, report),
      closed: () => {
        worker.connected = false;
        worker.read = true;
        if (worker.exit) this.#end(worker, worker.exit.code, worker.exit.signal);
        else if (worker.orphan) this.#end(worker, null, null);
      },
    };
  }

  /**
   * Its last reports may wait in its channel, before the end of it, and one that ended as soon as it was
   * there is yet to connect. A process that the app started may hold the channel open: so not for long.
   */
  exited({ pid, code, signal }: Exited): void {
    const worker = this.#all.get(pid);
    if (!worker) return;
    worker.exit = { code, signal };
    if (worker.read) this.#end(worker, code, signal);
    else worker.after(LAST_REPORTS, () => this.#end(worker, code, signal));
  }

  /** The zygote of generations `before` one is gone: only a worker's own channel tells of its end now. */
  orphaned(before = Number.POSITIVE_INFINITY): void {
    for (const [slot, generation] of this.#asked) {
      if (generation < before) this.#asked.delete(slot);
    }
    for (const worker of this.all.filter(({ generation }) => generation < before)) {
      worker.orphan = true;
      if (!worker.connected) this.#end(worker, null, null);
    }
  }

  #end(worker: Worker, code: number | null, signal: string | null): void {
    if (!this.#all.delete(worker.pid)) return;
    worker.ended({ code, signal });
    this.#options.ended(worker, { code, signal });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
