/**
 * What a person does to send a request again: at once, or edited in a dialog; asked before, where doing it
 * twice is not the same as doing it once. The new request is opened as soon as it is told of.
 */

import type { RequestEdit } from '../server/stream/commands.ts';
import { isIdempotent } from '../server/stream/idempotent.ts';
import type { CommandClient } from './model/commands.ts';
import { type Draft, draftOf, editOf } from './model/draft.ts';
import type { RequestRow } from './model/rows.ts';
import type { Panel } from './panel.ts';

interface Sending {
  request: string;
  worker: number | null;
  edit: RequestEdit;
}

export class Replaying {
  /** What the dialog shows; null while there is none. */
  draft: Draft | null = null;
  /** Why it could not be sent. */
  error = '';
  /** Ids of requests that a person has been asked about. */
  readonly #confirmed = new Set<string>();
  readonly #panel: Panel;
  readonly #commands: CommandClient;
  readonly #changed: () => void;

  constructor(panel: Panel, commands: CommandClient, changed: () => void) {
    this.#panel = panel;
    this.#commands = commands;
    this.#changed = changed;
  }

  /** As it was, to whichever worker is free. */
  replay(row = this.#panel.lists.cursorRow, debug = false): void {
    if (!this.#isReplayable(row, debug)) return;
    const { request, 'http.request.method': method } = row.head;
    const isHarmless = isIdempotent(method) || this.#confirmed.has(request);
    if (isHarmless && !debug) void this.#sendAt({ request, worker: null, edit: {} });
    else void this.#open(row, { debug, isEdited: false });
  }

  edit(row = this.#panel.lists.cursorRow): void {
    if (this.#isReplayable(row, false)) void this.#open(row, { debug: false, isEdited: true });
  }

  #isReplayable(row: Panel['lists']['cursorRow'], debug: boolean): row is RequestRow {
    if (row?.kind !== 'request') this.#panel.tell('Choose a request to replay first.');
    else if (row.ended === null)
      this.#panel.tell('It runs still: it can be replayed when it ended.');
    else if (debug && this.#panel.host === 'tab')
      this.#panel.tell('Replay under the debugger needs the panel in VS Code.');
    else return true;
    return false;
  }

  async #open(row: RequestRow, how: Pick<Draft, 'debug' | 'isEdited'>): Promise<void> {
    await this.#panel.details.complete(row);
    const draft = draftOf(row, this.#panel.details.of(row).trace);
    const { worker } = row.head;
    this.draft = { ...draft, ...how, worker: how.debug ? worker : null };
    this.error = '';
    this.#changed();
  }

  change(changes: Partial<Draft>): void {
    if (this.draft) this.draft = { ...this.draft, ...changes };
    this.#changed();
  }

  cancel(): void {
    this.draft = null;
    this.#changed();
  }

  /** What the dialog says. */
  async send(): Promise<void> {
    const { draft } = this;
    if (!draft) return;
    const { request } = draft.row.head;
    const { trace } = this.#panel.details.of(draft.row);
    const edit = draft.isEdited ? editOf(draft, trace) : {};
    this.error = await this.#send({ request, worker: draft.worker, edit }, draft.debug);
    if (!this.error) {
      this.#confirmed.add(request);
      this.draft = null;
    }
    this.#changed();
  }

  async #sendAt(sending: Sending): Promise<void> {
    this.#panel.tell(await this.#send(sending, false));
  }

  /** Empty, or what is in the way. `debug` is for the editor, which attaches first. */
  async #send(sending: Sending, debug: boolean): Promise<string> {
    try {
      const takes = { ...sending, ...(debug && { debug: true }) };
      const { request } = await this.#commands.ask('replay', takes);
      this.#panel.wishes.hear({ request });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }
}
