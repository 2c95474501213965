/**
 * What a person compares: a request with the last run on the code before, which needs no more than to be
 * opened, or any two: the first is marked as A, the second is the one under the cursor.
 */

import type { CommandClient } from './model/commands.ts';
import { type Compared, Comparisons } from './model/comparisons.ts';
import type { RequestRow } from './model/rows.ts';
import type { Panel } from './panel.ts';
import { beginning } from './visible.ts';

const nameOf = ({ head }: RequestRow): string =>
  `${beginning(head['http.request.method'])} ${beginning(head['url.path'])}`;

export class Comparing {
  /** A: the next one is compared with it. */
  marked: RequestRow | null = null;
  readonly #comparisons: Comparisons;
  /** By the later request's id, what a person chose to compare it with. */
  readonly #chosen = new Map<string, string>();
  readonly #panel: Panel;
  readonly #changed: () => void;

  constructor(panel: Panel, commands: CommandClient, changed: () => void) {
    this.#comparisons = new Comparisons(commands);
    this.#panel = panel;
    this.#changed = changed;
  }

  /** Grows with whatever a comparison shows. */
  get version(): number {
    return this.#comparisons.version;
  }

  isMarked({ head }: RequestRow): boolean {
    return this.marked?.head.request === head.request;
  }

  /** The id of what this one is compared with. */
  before({ head, ended }: RequestRow): string | undefined {
    return this.#chosen.get(head.request) ?? ended?.before?.request;
  }

  isByHand({ head }: RequestRow): boolean {
    return this.#chosen.has(head.request);
  }

  of(row: RequestRow): Compared | undefined {
    const before = this.before(row);
    return before === undefined ? undefined : this.#comparisons.get(before, row.head.request);
  }

  /** Marks the row under the cursor, or compares it with the one that is marked. */
  markOrCompare(row = this.#panel.lists.cursorRow): void {
    if (row?.kind !== 'request') this.#panel.tell('Choose a request to compare first.');
    else if (row.ended === null)
      this.#panel.tell('It runs still: there is nothing to compare yet.');
    else if (this.marked === null) this.#mark(row);
    else if (this.isMarked(row)) this.drop();
    else this.compare(this.marked.head.request, row);
  }

  #mark(row: RequestRow): void {
    this.marked = row;
    this.#panel.tell(`A is ${nameOf(row)}. Press d on another request to compare it; Esc drops A.`);
  }

  drop(): void {
    this.marked = null;
    this.#panel.tell('');
  }

  /** Opens `row` beside the request `before`. */
  compare(before: string, row: RequestRow): void {
    this.marked = null;
    this.#chosen.set(row.head.request, before);
    this.#panel.notice = '';
    this.#show(row);
  }

  /** With the last run on the code before, whatever was chosen by hand. */
  compareWithBefore(row: RequestRow): void {
    this.#chosen.delete(row.head.request);
    this.#show(row);
  }

  /** The other way round. */
  swap(row: RequestRow): void {
    const before = this.before(row);
    const other = before === undefined ? undefined : this.#panel.store.request(before);
    if (other) this.compare(row.head.request, other);
    else this.#panel.tell('The other request is no longer in the list.');
  }

  #show(row: RequestRow): void {
    this.#panel.state.tab = 'compare';
    this.#panel.select(row.key, true);
  }

  /** Asks for what is to be shown of this row, once; what failed only when a person asks again. */
  async complete(row: RequestRow, again = false): Promise<void> {
    const before = this.before(row);
    if (before === undefined) return;
    if (again) this.#comparisons.forgetErrors();
    if (await this.#comparisons.ask(before, row.head.request)) this.#changed();
  }

  clear(): void {
    this.marked = null;
    this.#chosen.clear();
    this.#comparisons.clear();
  }
}
