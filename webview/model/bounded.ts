/** A list in the order of its keys that forgets its oldest items, and says how many. */

import { lowerBound } from './sorted.ts';

export class Bounded<Item> {
  readonly #items: Item[] = [];
  readonly #limit: number;
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** How many were forgotten since the list was made or cleared. */
  get forgotten(): number {
    return this.#forgotten;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** For an item that may come late: puts it after those whose key is not greater. */
  insert(item: Item, keyOf: (item: Item) => number): void {
    this.#items.splice(lowerBound(this.#items, keyOf(item) + 1, keyOf), 0, item);
  }

  /** Returns what it forgets. Once a batch: cutting a long array at each push would be slow. */
  trim(): Item[] {
    const excess = this.#items.length - this.#limit;
    if (excess <= 0) return [];
    this.#forgotten += excess;
    return this.#items.splice(0, excess);
  }

  clear(): void {
    this.#items.length = 0;
    this.#forgotten = 0;
  }
}
