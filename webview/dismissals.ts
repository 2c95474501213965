/** What a person has put aside, to see what lies under it. */

import type { Death } from './model/rows.ts';
import type { Store } from './model/store.ts';

export class Dismissals {
  /** The generation whose failure was put aside to see the requests. */
  #generation = 0;
  #death: Death | null = null;
  readonly #store: Store;
  readonly #changed: () => void;

  constructor(store: Store, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
  }

  /** Whether the newest generation failed, and the person has not put that aside. */
  get failureShown(): boolean {
    const { failure } = this.#store;
    return failure !== null && failure.reload.generation !== this.#generation;
  }

  dismissFailure(): void {
    this.#generation = this.#store.failure?.reload.generation ?? 0;
    this.#changed();
  }

  isDismissed(death: Death): boolean {
    return death === this.#death;
  }

  dismissDeath(): void {
    this.#death = this.#store.death;
    this.#changed();
  }

  clear(): void {
    this.#generation = 0;
  }
}
