/** What a person does to move in the list that is shown; the details go with the cursor. */

import type { Panel } from './panel.ts';

export class Moving {
  readonly #panel: Panel;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  by(rows: number): void {
    const key = this.#panel.lists.keyBeside(rows);
    if (key !== undefined) this.#panel.select(key, this.#panel.state.opened);
  }

  open(): void {
    const { lists } = this.#panel;
    const key = lists.current.cursor ?? lists.keyBeside(-1);
    if (key !== undefined) this.#panel.select(key, true);
  }

  toNextFinding(): void {
    this.#goTo(this.#panel.lists.nextFinding(), 'No N+1 in the list.');
  }

  toNextError(): void {
    this.#goTo(this.#panel.lists.nextError(), 'No error in the list.');
  }

  toNextReload(): void {
    this.#goTo(this.#panel.lists.nextReload(), 'No reload in the list.');
  }

  #goTo(key: number | undefined, otherwise: string): void {
    if (key === undefined) this.#panel.tell(otherwise);
    else this.#panel.select(key, true);
  }
}
