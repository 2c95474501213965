/** What the editor, the page's address or a replay wants to be seen, which may not be told of yet. */

import type { Panel } from './panel.ts';
import type { Wish } from './transport.ts';

type RequestWish = Extract<Wish, { request: string }>;

export class Wishes {
  /** The last one; null once it is fulfilled. */
  #waiting: RequestWish | null = null;
  readonly #panel: Panel;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  hear(wish: Wish): void {
    this.#waiting = 'request' in wish ? wish : null;
    if ('view' in wish) this.#panel.show(wish.view);
    else this.fulfil();
  }

  /** Once the request is there. */
  fulfil(): void {
    const wish = this.#waiting;
    const row = wish && this.#panel.store.request(wish.request);
    if (!wish || !row) return;
    this.#waiting = null;
    this.#panel.show('requests');
    if ('before' in wish) this.#panel.comparing.compare(wish.before, row);
    else if (wish.tab === 'compare') this.#panel.comparing.compareWithBefore(row);
    else this.#panel.showRequest(wish.request);
  }
}
