/** What a person does with one worker. */

import type { CommandClient } from './model/commands.ts';
import type { Panel } from './panel.ts';

/** Tells the person what goes wrong; false when something did. */
export type Attempt = (action: Promise<unknown>) => Promise<boolean>;

export class WorkerActions {
  readonly #panel: Panel;
  readonly #commands: CommandClient;
  readonly #attempt: Attempt;

  constructor(panel: Panel, commands: CommandClient, attempt: Attempt) {
    this.#panel = panel;
    this.#commands = commands;
    this.#attempt = attempt;
  }

  async restart(worker: number): Promise<void> {
    await this.#attempt(this.#commands.ask('restart_worker', { worker }));
  }

  /** The editor attaches by itself; to a browser tab it is said where the debugger listens. */
  /** New requests go to this worker alone; null: to all. */
  async steer(worker: number | null): Promise<void> {
    await this.#attempt(this.#commands.ask('steer', { worker }));
  }

  async debug(worker: number): Promise<void> {
    const asked = this.#commands.ask('debug_worker', { worker });
    if (!(await this.#attempt(asked)) || this.#panel.host === 'editor') return;
    const { host, port } = await asked;
    this.#panel.tell(`Worker ${worker} waits for a debugger (debugpy) at ${host}:${port}.`);
  }
}
