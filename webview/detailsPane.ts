/** What a person does in the details of a request: the tab, what is unfolded, plans asked for. */

import type { Details } from './model/details.ts';
import type { Row } from './model/rows.ts';
import { Toggles } from './model/toggles.ts';
import type { Order } from './model/trace/statements.ts';
import type { TabName, ViewState } from './model/viewState.ts';

export class DetailsPane {
  readonly toggles = new Toggles();
  readonly #state: ViewState;
  readonly #details: Details;
  readonly #changed: () => void;

  constructor(state: ViewState, details: Details, changed: () => void) {
    this.#state = state;
    this.#details = details;
    this.#changed = changed;
  }

  /** Asks for what of this row is not here yet; what could not be had only when a person asks again. */
  complete(row: Row | undefined, again = false): void {
    if (again) this.#details.forgetErrors();
    if (row) void this.#details.complete(row).then((isMore) => isMore && this.#changed());
  }

  showTab(tab: TabName | undefined): void {
    if (tab) this.#state.tab = tab;
    this.#changed();
  }

  sortBy(order: Order): void {
    this.#state.order = order;
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
    const told = this.#details.explains.ask(request, span);
    this.#changed();
    await told;
    this.#changed();
  }
}
