/** What a person does in the details of a request: the tab, what is unfolded, plans asked for. */

import type { RequestRow, Row } from './model/rows.ts';
import { Toggles } from './model/toggles.ts';
import type { Order } from './model/trace/statements.ts';
import type { ProfileOrder, TabName } from './model/viewState.ts';
import type { Panel } from './panel.ts';

export class DetailsPane {
  readonly toggles = new Toggles();
  readonly #panel: Panel;
  readonly #changed: () => void;

  constructor(panel: Panel, changed: () => void) {
    this.#panel = panel;
    this.#changed = changed;
  }

  /** Asks for what of this row is not here yet; what could not be had only when a person asks again. */
  complete(row: Row | undefined, again = false): void {
    const { details } = this.#panel;
    if (again) details.forgetErrors();
    if (row) void details.complete(row).then((isMore) => isMore && this.#completed(row));
    if (row?.kind === 'request') this.#completeTab(row, again);
  }

  #completed(row: Row): void {
    this.#changed();
    if (row.kind === 'request') this.#completeTab(row, false);
  }

  /** What only one of the tabs shows. */
  #completeTab(row: RequestRow, again: boolean): void {
    const { state, comparing, details } = this.#panel;
    if (state.tab === 'compare') void comparing.complete(row, again);
    const trace = state.tab === 'timeline' ? details.of(row).trace : null;
    if (!trace) return;
    const told = details.services.complete(row, trace, again);
    void told.then((isMore) => isMore && this.#changed());
  }

  showTab(tab: TabName | undefined): void {
    if (tab) this.#panel.state.tab = tab;
    this.#changed();
    this.complete(this.#panel.lists.openedRow, true);
  }

  sortBy(order: Order): void {
    this.#panel.state.order = order;
    this.#changed();
  }

  layOut(profile: ProfileOrder): void {
    this.#panel.state.profile = profile;
    this.#changed();
  }

  toggle(key: string): void {
    this.toggles.toggle(key);
    this.#changed();
  }

  showMore(key: string): void {
    this.toggles.more(key);
    this.#changed();
  }

  /** From what was found in a trace to the statement that it is about. */
  showStatement(key: string): void {
    this.toggles.open(key);
    this.showTab('sql');
  }

  async explain(request: string, span: number): Promise<void> {
    const told = this.#panel.details.explains.ask(request, span);
    this.#changed();
    await told;
    this.#changed();
  }
}
