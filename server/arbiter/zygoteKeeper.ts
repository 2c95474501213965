/** Keeps a zygote: spawns it, and when it is lost, another that takes the listeners over. */

import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import { configureFrom } from './configure.ts';
import type { Trust, ZygoteReport } from './control.ts';
import { appEnvironment } from './environment.ts';
import { portHolder } from './portHolder.ts';
import type { RuntimeDirectory } from './runtimeDirectory.ts';
import type { Worker } from './worker.ts';
import { spawnZygote, type Zygote } from './zygote.ts';

type Failed = Extract<ZygoteReport, { type: 'failed' }>;

/** Zygotes lost so soon after one another that the next would be lost too. */
const MAX_LOSSES = 5;
const LOSSES_WITHIN = 10_000;

export interface ZygoteKeeperOptions {
  settings: ServeSettings;
  workerFolder: string;
  directory: RuntimeDirectory;
  log: Log;
  report(report: ZygoteReport): void;
  /** What it is to import before it forks. */
  trusted(): Trust | null;
  /** It ended without being asked to. */
  lost(): void;
}

export class ZygoteKeeper {
  /** Whether it has its listeners and takes commands. */
  listening = false;
  /** Where the server answers: `http://127.0.0.1:8000`. */
  addresses: string[] = [];
  readonly #options: ZygoteKeeperOptions;
  #zygote: Zygote | undefined;
  #closing = false;
  #losses: number[] = [];
  /** The worker that hands its listeners on, and the socket it hands them to. */
  #giver: Worker | undefined;
  #inherit: string | null = null;

  constructor(options: ZygoteKeeperOptions) {
    this.#options = options;
  }

  spawn(inherit: string | null = null): void {
    const { settings, directory, workerFolder, trusted } = this.#options;
    this.#zygote = spawnZygote({
      executable: settings.interpreter.executable,
      workerFolder,
      environment: appEnvironment(process.env),
      configure: configureFrom(settings, directory.path, this.#bind(), inherit, trusted()),
      report: (report) => this.#reported(report),
      gone: (how) => this.#gone(how),
    });
  }

  /** After a loss. A live worker, if there is one, hands its listeners on. */
  respawn(workers: Worker[]): void {
    this.#giver = workers.find((worker) => worker.connected && !worker.paused);
    this.#inherit = this.#giver ? this.#options.directory.inheritSocket() : null;
    this.spawn(this.#inherit);
  }

  /** Another one takes its place: it holds what must not be forked. */
  renew(): void {
    this.#zygote?.kill();
  }

  send(command: Parameters<Zygote['send']>[0]): void {
    this.#zygote?.send(command);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#zygote?.close();
  }

  /** What to bind; a successor binds what its predecessor got, also where that was port 0. */
  #bind(): string[] {
    if (this.addresses.length === 0) return this.#options.settings.bind;
    return this.addresses.map((address) => address.replace(/^https?:\/\//, ''));
  }

  #reported(report: ZygoteReport): void {
    const { log } = this.#options;
    if (report.type === 'listening') this.#listens(report);
    else if (report.type === 'failed') this.#failed(report);
    else if (report.type === 'inheriting' && this.#inherit) {
      this.#giver?.send({ type: 'send_listeners', path: this.#inherit });
    } else if (report.type === 'log') log(report.level, report.message);
    this.#options.report(report);
  }

  #listens(report: Extract<ZygoteReport, { type: 'listening' }>): void {
    this.listening = true;
    this.addresses = report.addresses;
    const how = report.inherited ? 'Taken over from a lost zygote' : 'Listening at';
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

  #gone(how: string): void {
    this.listening = false;
    if (this.#closing) return;
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
