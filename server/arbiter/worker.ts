/** One worker as the arbiter sees it: who it is, what it does, and how it is spoken to. */

import { type Journal, now } from '../stream/events.ts';
import type { Microseconds, WorkerEvent, WorkerState } from '../stream/protocol.ts';
import type { Answer } from './asking.ts';
import type { Channel } from './channel.ts';
import type { WorkerCommand, WorkerReport } from './control.ts';

export interface DebugAdapter {
  host: string;
  port: number;
}

type Exit = NonNullable<WorkerEvent['exit']>;

/** Created when the zygote says that it forked, or when it connects, whichever comes first. */
export class Worker {
  state: WorkerState = 'booting';
  requests = 0;
  /** How long its oldest request runs, as last reported. */
  busy: Microseconds | null = null;
  /** Whether every thread of it is in a request. */
  full = false;
  /** `performance.now()` when it was last told to have no request, null while it has one. */
  idleSince: number | null = performance.now();
  boot: Microseconds | undefined;
  adapter: DebugAdapter | undefined;
  /** A debugger is there, and its breakpoints are bound. */
  attached = false;
  pausedAt: string | null = null;
  /** `performance.now()` when it last went on after a pause. */
  resumed = Number.NEGATIVE_INFINITY;
  /** It is superseded, and retires as soon as it goes on. */
  pending = false;
  /** New requests go to it alone. */
  steered = false;
  /** Its zygote died before it: only its channel tells of its end. */
  orphan = false;
  connected = false;
  /** Its channel is at its end: there is nothing more to come from it. */
  read = false;
  /** A standby: its generation has not begun, and nobody is told of it. */
  ahead: boolean;
  /** Asked to retire: its end is no crash. */
  retired = false;
  /** It has imported the app, so that its end is none of the import's. */
  served = false;
  /** It ran into Gunicorn's `timeout` and was told so. */
  aborted = false;
  /** How its process ended, while its last reports are still to be read. */
  exit: Exit | undefined;
  /** Timers that end with it. */
  readonly deadlines = new Set<NodeJS.Timeout>();
  readonly slot: number;
  readonly generation: number;
  readonly pid: number;
  #channel: Channel<WorkerCommand> | undefined;
  readonly #early: WorkerCommand[] = [];
  readonly #waiting: Array<(report: WorkerReport | null) => void> = [];
  readonly #asked = new Map<number, (answer: Answer | null) => void>();
  readonly #journal: Journal;
  /** Resolves when its process has ended. */
  readonly gone: Promise<void>;
  #resolveGone: () => void = () => {};

  constructor(slot: number, generation: number, pid: number, ahead: boolean, journal: Journal) {
    this.ahead = ahead;
    this.slot = slot;
    this.generation = generation;
    this.pid = pid;
    this.#journal = journal;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  debuggerIs(attached: boolean, pausedAt: string | null): void {
    if (this.paused && pausedAt === null) this.resumed = performance.now();
    this.attached = attached;
    this.pausedAt = pausedAt;
    this.tell();
  }

  steer(steered: boolean): void {
    this.steered = steered;
    if (this.state !== 'exited') this.tell();
  }

  get identity() {
    return { worker: this.slot, generation: this.generation, 'process.pid': this.pid };
  }

  /** Nothing kills, times out or reloads a worker that is stopped in the debugger. */
  get paused(): boolean {
    return this.pausedAt !== null;
  }

  /** Whether it is there to answer for this generation: neither on its way out nor of a lost zygote. */
  standsFor(generation: number): boolean {
    return this.generation === generation && !this.retired && !this.orphan;
  }

  connect(channel: Channel<WorkerCommand>): void {
    this.connected = true;
    this.#channel = channel;
    for (const command of this.#early.splice(0)) channel.send(command);
  }

  send(command: WorkerCommand): void {
    if (this.#channel) this.#channel.send(command);
    else this.#early.push(command);
  }

  /** Bytes of commands that it has not read. */
  get backlog(): number {
    return this.#channel?.backlog ?? 0;
  }

  /** Its generation begins, because these files changed. */
  begin(files: string[]): void {
    this.send({ type: 'begin', files });
    if (!this.ahead) return;
    this.ahead = false;
    this.tell();
  }

  /** Resolves with the next report about the debugger; null when the worker ended first. */
  debuggerReport(): Promise<WorkerReport | null> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  answerDebugger(report: WorkerReport | null): void {
    for (const resolve of this.#waiting.splice(0)) resolve(report);
  }

  /** Resolves with its answer to the question of that number; null when it ended first or is late. */
  answered(id: number, seconds: number): Promise<Answer | null> {
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.after(seconds, () => this.answer(null, id));
    });
  }

  answer(report: Answer | null, id = report?.id ?? 0): void {
    this.#asked.get(id)?.(report);
    this.#asked.delete(id);
  }

  become(state: WorkerState): void {
    this.state = state;
    this.tell();
  }

  /** The `worker` event: sent at every change of what it says. */
  tell(exit?: Exit): void {
    if (this.ahead) return;
    this.#journal({
      type: 'worker',
      time: now(),
      ...this.identity,
      state: this.paused && this.state !== 'exited' ? 'paused' : this.state,
      requests: this.requests,
      ...(this.adapter && { debugger: this.adapter }),
      ...(this.attached && { attached: true }),
      ...(this.pausedAt && { paused_at: this.pausedAt }),
      ...(this.pending && { reload_pending: true }),
      ...(this.steered && { steered: true }),
      ...(this.boot !== undefined && { boot: this.boot }),
      ...(exit && { exit }),
    });
  }

  ended(exit: Exit): void {
    this.state = 'exited';
    for (const deadline of this.deadlines) clearTimeout(deadline);
    this.#channel?.close();
    this.answerDebugger(null);
    for (const id of [...this.#asked.keys()]) this.answer(null, id);
    this.tell(exit);
    this.#resolveGone();
  }

  /** Runs `act` after `seconds`, unless the worker has ended by then. */
  after(seconds: number, act: () => void): void {
    const deadline = setTimeout(() => {
      this.deadlines.delete(deadline);
      act();
    }, seconds * 1000);
    this.deadlines.add(deadline);
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(this.pid, signal);
    } catch {
      // it ended meanwhile
    }
  }
}
