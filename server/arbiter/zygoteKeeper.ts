/**
 * Keeps a zygote: spawns it, and another that takes the listeners over when it is lost, or when only a
 * new process can take up what has changed. In that case the old one goes on until the new one listens.
 */

import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import { configureFrom } from './configure.ts';
import type { Trust, ZygoteReport } from './control.ts';
import type { EarlyPython } from './earlyPython.ts';
import { appEnvironment } from './environment.ts';
import { portHolder } from './portHolder.ts';
import type { RuntimeDirectory } from './runtimeDirectory.ts';
import type { Worker } from './worker.ts';
import { spawnZygote, type Zygote } from './zygote.ts';

type Failed = Extract<ZygoteReport, { type: 'failed' }>;

/** Zygotes lost so soon after one another that the next would be lost too. */
const MAX_LOSSES = 5;
const LOSSES_WITHIN = 10_000;
/** Milliseconds that a worker has to hand its listeners on. */
const NEXT_GIVER = 300;
/** Milliseconds that a successor has to listen in, unless it imports the app first. */
const SUCCESSION = 15_000;

export interface ZygoteKeeperOptions {
  settings: ServeSettings;
  workerFolder: string;
  early: EarlyPython;
  directory: RuntimeDirectory;
  log: Log;
  report(report: ZygoteReport): void;
  /** What it is to import before it forks. */
  trusted(): Trust | null;
  /** It ended without being asked to. */
  lost(): void;
  /** Another has taken its place, and is about to listen. */
  succeeded(): void;
  /** There is none to take its place: it goes on. */
  stays(): void;
  /** One whose place was taken ended before its workers. */
  abandoned(): void;
}

export class ZygoteKeeper {
  /** Whether it has its listeners and takes commands. */
  listening = false;
  /** Whether it has settings, an environment or libraries that are no longer those of the server. */
  outdated = false;
  /** Where the server answers: `http://127.0.0.1:8000`. */
  addresses: string[] = [];
  readonly #options: ZygoteKeeperOptions;
  #zygote: Zygote | undefined;
  /** It is to take the place of `#zygote` when it listens. */
  #successor: Zygote | undefined;
  #deadline: NodeJS.Timeout | undefined;
  /** Those whose places were taken, until their last workers end. */
  readonly #leaving = new Set<Zygote>();
  #closing = false;
  #losses: number[] = [];
  /** Workers that may hand their listeners on, best first, and the socket they hand them to. */
  #givers: Worker[] = [];
  #inherit: string | null = null;

  constructor(options: ZygoteKeeperOptions) {
    this.#options = options;
  }

  /** Whether it takes orders to fork. */
  get open(): boolean {
    return this.listening && !this.#successor;
  }

  spawn(inherit: string | null = null): void {
    this.#zygote = this.#start(inherit);
  }

  #start(inherit: string | null): Zygote {
    const { settings, directory, workerFolder, early, trusted } = this.#options;
    const zygote: Zygote = spawnZygote({
      executable: settings.interpreter.executable,
      workerFolder,
      early,
      environment: appEnvironment(process.env),
      configure: configureFrom(settings, directory.path, this.#bind(), inherit, trusted()),
      report: (report) => this.#reported(zygote, report),
      gone: (how) => this.#gone(zygote, how),
    });
    return zygote;
  }

  /** Has another take its place, with the settings, environment and libraries that there are now. */
  replace(): void {
    this.#dismiss();
    this.outdated = true;
    this.#inherit = this.#options.directory.inheritSocket();
    this.#successor = this.#start(this.#inherit);
    if (this.#options.settings.preload_app) return;
    this.#deadline = setTimeout(() => this.#failedToSucceed('it did not listen'), SUCCESSION);
  }

  /** It has no children, and must not clean up after the whole server. */
  #dismiss(): void {
    clearTimeout(this.#deadline);
    const successor = this.#successor;
    this.#successor = undefined;
    successor?.kill();
  }

  #failedToSucceed(why: string): void {
    this.#dismiss();
    this.#options.log('error', `A new zygote could not take over (${why}); the old one goes on`);
    this.#options.stays();
  }

  /** After a loss. A live worker, if there is one, hands its listeners on. */
  respawn(workers: Worker[]): void {
    const isLeaving = ({ retired, ahead }: Worker): number => Number(retired || ahead);
    this.#givers = workers
      .filter((worker) => worker.connected && !worker.paused)
      .sort((a, b) => isLeaving(a) - isLeaving(b) || b.generation - a.generation);
    this.#inherit = this.#givers.length > 0 ? this.#options.directory.inheritSocket() : null;
    this.spawn(this.#inherit);
  }

  send(command: Parameters<Zygote['send']>[0]): void {
    this.#zygote?.send(command);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#dismiss();
    await Promise.all([...this.#leaving, this.#zygote].map((zygote) => zygote?.close()));
  }

  /** What to bind; a successor binds what its predecessor got, also where that was port 0. */
  #bind(): string[] {
    if (this.addresses.length === 0) return this.#options.settings.bind;
    return this.addresses.map((address) => address.replace(/^https?:\/\//, ''));
  }

  #reported(zygote: Zygote, report: ZygoteReport): void {
    const { log } = this.#options;
    if (report.type === 'log') log(report.level, report.message);
    else if (report.type === 'inheriting') this.#handOver(zygote);
    else if (zygote === this.#successor) this.#succession(report);
    else if (zygote === this.#zygote && report.type === 'listening') this.#listens(report);
    else if (zygote === this.#zygote && report.type === 'failed') this.#failed(report);
    const isKept = zygote === this.#zygote || this.#leaving.has(zygote);
    if (isKept) this.#options.report(report);
  }

  #handOver(to: Zygote): void {
    if (!this.#inherit) return;
    if (to !== this.#successor) this.#askGivers(to, this.#inherit);
    else this.#zygote?.send({ type: 'send_listeners', path: this.#inherit });
  }

  /** One after another: one may be about to end. */
  #askGivers(zygote: Zygote, path: string): void {
    if (zygote !== this.#zygote || this.listening) return;
    this.#givers.shift()?.send({ type: 'send_listeners', path });
    if (this.#givers.length > 0) setTimeout(() => this.#askGivers(zygote, path), NEXT_GIVER);
  }

  #succession(report: ZygoteReport): void {
    if (report.type === 'failed') this.#failedToSucceed(report.message);
    if (report.type !== 'listening' || !this.#zygote) return;
    clearTimeout(this.#deadline);
    this.#zygote.send({ type: 'leave' });
    this.#leaving.add(this.#zygote);
    this.#zygote = this.#successor;
    this.#successor = undefined;
    this.#options.succeeded();
    this.#listens(report);
  }

  #listens(report: Extract<ZygoteReport, { type: 'listening' }>): void {
    this.listening = true;
    this.outdated = false;
    this.addresses = report.addresses;
    const how = report.inherited ? 'Taken over by another zygote' : 'Listening at';
    for (const address of report.addresses) {
      this.#options.log('info', `${how}: ${address} (zygote ${report.pid})`);
    }
  }

  #failed(report: Failed): void {
    this.#closing = true;
    const { bindOrigin } = this.#options.settings;
    const message = report.address ? cannotListen(report, bindOrigin) : report.message;
    this.#options.log('error', message);
  }

  #gone(zygote: Zygote, how: string): void {
    if (this.#leaving.delete(zygote)) this.#options.abandoned();
    else if (zygote === this.#successor) this.#failedToSucceed(how);
    else if (zygote === this.#zygote) this.#lost(how);
  }

  #lost(how: string): void {
    this.listening = false;
    if (this.#closing) return;
    this.#dismiss();
    this.#options.log('error', `The zygote is gone (${how}); workers go on, another takes over`);
    const now = Date.now();
    this.#losses = [...this.#losses.filter((loss) => now - loss < LOSSES_WITHIN), now];
    if (this.#losses.length < MAX_LOSSES) {
      this.#options.lost();
      return;
    }
    this.#closing = true;
    const message = `The zygote was lost ${MAX_LOSSES} times in a row (${how})`;
    this.#options.log('critical', message);
    this.#options.report({ type: 'failed', message, code: 1 });
  }
}

/** Says who asked for the address, who has it, and what to do. */
function cannotListen({ address, message, in_use }: Failed, origin: string): string {
  const holder = in_use ? portHolder(Number(address?.split(':').at(-1))) : null;
  const by = holder ? ` by ${holder}` : '';
  const remedy = in_use ? '; stop what listens there or choose another' : '';
  return `Can't listen on ${address} (asked for by ${origin}): ${message}${by}${remedy}`;
}
