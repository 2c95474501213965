/** What a person has unfolded on the page, and how far. */

export class Toggles {
  readonly #levels = new Map<string, number>();
  /** Grows with each change. */
  version = 0;

  has(key: string): boolean {
    return this.#levels.has(key);
  }

  /** How often more was asked for. */
  level(key: string): number {
    return this.#levels.get(key) ?? 0;
  }

  toggle(key: string): void {
    this.version += 1;
    if (!this.#levels.delete(key)) this.#levels.set(key, 0);
  }

  open(key: string): void {
    if (!this.has(key)) this.toggle(key);
  }

  more(key: string): void {
    this.version += 1;
    this.#levels.set(key, this.level(key) + 1);
  }

  clear(): void {
    this.version += 1;
    this.#levels.clear();
  }
}
