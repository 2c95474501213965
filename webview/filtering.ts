/** What a person does with the filter of the list that is shown. */

import { clockTime } from './format.ts';
import { Completing } from './model/completing.ts';
import type { Panel } from './panel.ts';

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

export class Filtering {
  readonly completing = new Completing();
  readonly #panel: Panel;
  readonly #changed: () => void;

  constructor(panel: Panel, changed: () => void) {
    this.#panel = panel;
    this.#changed = changed;
  }

  get text(): string {
    return this.#panel.lists.filter.text;
  }

  set(text: string): void {
    this.#panel.lists.setFilter(text);
    this.#changed();
  }

  clear(): void {
    this.set('');
  }

  /** Puts a word into the filter, or takes it out again. */
  toggle(word: string): void {
    const words = wordsOf(this.text);
    const without = words.filter((known) => known !== word);
    const toggled = without.length < words.length ? without : [...words, word];
    this.set(toggled.join(' '));
  }

  /** The requests of these seconds since the epoch, both included. */
  showRange(from: number, to: number): void {
    const [begin, end] = [from, to].map((seconds) => clockTime(seconds * 1e6));
    this.#panel.show('requests');
    const others = wordsOf(this.text).filter((word) => !word.startsWith('time:'));
    this.set([...others, `time:${begin}..${end}`].join(' '));
  }

  /** Offers completions for the word that ends at this place; null: no more. */
  offer(caret: number | null): void {
    if (caret === null && !this.completing.isOpen) return;
    this.completing.show(caret === null ? null : this.#panel.lists.complete(caret));
    this.#changed();
  }

  moveCompletion(by: number): void {
    this.completing.move(by);
    this.#changed();
  }
}
