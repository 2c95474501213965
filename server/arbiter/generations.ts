/** The generations of the code, one after another: which one is current, and which it replaced. */

import {
  beginGeneration,
  type Generation,
  type GenerationOptions,
  type Outcome,
} from './generation.ts';

export class Generations {
  readonly #earlier: number;
  #newest: number;
  #current: Generation | undefined;
  #previous: Generation | undefined;

  /** @param earlier how many there were before this server was started, by its history */
  constructor(earlier: number) {
    this.#earlier = earlier;
    this.#newest = earlier;
  }

  get current(): Generation | undefined {
    return this.#current;
  }

  /** Of the current one; 0 before the first. */
  get number(): number {
    return this.#current?.number ?? 0;
  }

  /** Of the first one of this server. */
  get first(): number {
    return this.#earlier + 1;
  }

  /** Whether the current one answers, be it with why it could not be imported. */
  get settled(): boolean {
    return this.#current?.settled() ?? false;
  }

  /** Begins the next one, which takes the place of the current one. */
  begin(options: Omit<GenerationOptions, 'number'>): Generation {
    this.#current?.supersede();
    this.#previous = this.#current;
    this.#newest += 1;
    this.#current = beginGeneration({ ...options, number: this.#newest });
    return this.#current;
  }

  /** No worker of an older one than this starts a request. */
  superseded(number: number): void {
    if (number === this.number) this.#current?.acknowledged();
  }

  /** The current one has failed and the one before it goes on; false when there is none. */
  goBack(): boolean {
    if (!this.#previous) return false;
    this.#current = this.#previous;
    this.#previous = undefined;
    return true;
  }

  /** Of the current one, or of the one that supersedes it before it has any; null when none comes. */
  async outcome(): Promise<Outcome | null> {
    let generation: Generation | undefined;
    let outcome: Outcome | null = null;
    while (outcome === null && generation !== this.#current) {
      generation = this.#current;
      outcome = (await generation?.outcome) ?? null;
    }
    return outcome;
  }

  /** Resolves when no worker of an older generation than the current one starts a request. */
  async acknowledged(): Promise<void> {
    let generation: Generation | undefined;
    while (generation !== this.#current) {
      generation = this.#current;
      await generation?.acknowledgement;
    }
  }
}
