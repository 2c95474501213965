/** What a person does with log lines: shows a long one whole, changes the level of a logger. */

import type { CommandClient } from './model/commands.ts';
import type { Panel } from './panel.ts';
import { beginning } from './visible.ts';

/** The stream names the root logger by nothing, Python by this. */
const nameOf = (logger: string): string => (logger === 'root' ? '' : logger);

export class LogActions {
  /** Of the long line that is shown whole. */
  unfolded: number | null = null;
  #levels: Readonly<Record<string, string>> = {};
  readonly #panel: Panel;
  readonly #commands: CommandClient;
  readonly #changed: () => void;

  constructor(panel: Panel, commands: CommandClient, changed: () => void) {
    this.#panel = panel;
    this.#commands = commands;
    this.#changed = changed;
  }

  unfold(sequence: number): void {
    this.unfolded = sequence;
    this.#changed();
  }

  /** The level that was set here; null: what the app's configuration says. */
  levelOf(logger: string): string | null {
    return this.#levels[nameOf(logger)] ?? null;
  }

  /** In all workers, those of later generations too; null gives the app's own back. */
  async setLevel(logger: string, level: string | null): Promise<void> {
    const asked = this.#commands.ask('set_log_level', { logger: nameOf(logger), level });
    if (!(await this.#panel.attempt(asked))) return;
    this.#levels = (await asked).levels;
    this.#panel.tell(`${beginning(logger)}: ${level ?? 'as configured'}, from now on.`);
  }
}
