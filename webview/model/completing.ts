/** The list of completions under the filter box: open or not, and which of them is meant. */

import type { Completion, Option } from '../filter/completion.ts';

export class Completing {
  #completion: Completion | null = null;
  /** -1 while a person has not gone into the list. */
  at = -1;

  get options(): readonly Option[] {
    return this.#completion?.options ?? [];
  }

  get isOpen(): boolean {
    return this.#completion !== null;
  }

  show(completion: Completion | null): void {
    this.#completion = completion;
    this.at = -1;
  }

  /** Goes round, with the box itself between the last and the first. */
  move(by: number): void {
    const places = this.options.length + 1;
    this.at = ((this.at + 1 + by + places) % places) - 1;
  }

  /** The text with this option in it, and where the caret is then. Null when there is none such. */
  accept(text: string, index: number): { text: string; caret: number } | null {
    const option = this.options[index];
    if (!option || !this.#completion) return null;
    const { from, to } = this.#completion;
    const word = option.isKey ? option.word : `${option.word} `;
    const after = text.slice(to).replace(/^ /, '');
    return { text: text.slice(0, from) + word + after, caret: from + word.length };
  }
}
