/** What a person does to hand requests over, and to take others' in: through the server, which has them whole. */

import type { ExportFormat } from '../server/stream/commands.ts';
import type { CommandClient } from './model/commands.ts';
import type { RequestRow } from './model/rows.ts';
import type { Panel } from './panel.ts';

/** What is copied, and as what it is called. */
export const COPIED: readonly [format: ExportFormat, name: string][] = [
  ['curl', 'curl'],
  ['httpie', 'HTTPie'],
  ['fetch', 'fetch'],
  ['pytest', 'pytest'],
  ['markdown', 'Markdown'],
];

export const SAVED: readonly [format: ExportFormat, name: string][] = [
  ['har', 'HAR'],
  ['otlp', 'OTLP'],
];

export class HandOver {
  readonly #panel: Panel;
  readonly #commands: CommandClient;

  constructor(panel: Panel, commands: CommandClient) {
    this.#panel = panel;
    this.#commands = commands;
  }

  async copyAs(
    format: ExportFormat,
    name: string,
    row = this.#panel.lists.cursorRow,
  ): Promise<void> {
    if (row?.kind !== 'request') return this.#panel.tell('Choose a request to copy first.');
    const asked = this.#commands.ask('export', { requests: [row.head.request], format });
    if (!(await this.#panel.attempt(asked))) return;
    const { text } = await asked;
    if (!(await this.#panel.attempt(navigator.clipboard.writeText(text)))) return;
    const hint = format === 'markdown' ? 'Secrets are left out.' : 'Fill in what was hidden.';
    this.#panel.tell(`Copied as ${name}.${hasHidden(text) ? ` ${hint}` : ''}`);
  }

  /** Those that the filter leaves. */
  shown(): RequestRow[] {
    return this.#panel.lists.rows().filter((row) => row.kind === 'request');
  }

  async save(format: ExportFormat, rows: readonly RequestRow[]): Promise<void> {
    const requests = rows.filter(({ ended }) => ended !== null).map(({ head }) => head.request);
    if (requests.length === 0) return this.#panel.tell('There is no request to export.');
    const asked = this.#commands.ask('export', { requests, format });
    if (await this.#panel.attempt(asked)) this.#panel.saveFile(await asked);
  }

  async take(file: File): Promise<void> {
    const asked = file
      .text()
      .then((text) => this.#commands.ask('import', { name: file.name, text }));
    if (!(await this.#panel.attempt(asked))) return;
    const { length } = (await asked).requests;
    this.#panel.tell(`${length} ${length === 1 ? 'request' : 'requests'} from ${file.name}.`);
    this.#panel.show('requests');
    this.#panel.filtering.set('is:imported');
  }
}

const hasHidden = (text: string): boolean => /hidden/i.test(text);
