/** A list that forgets its oldest items, and says how many. */

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
