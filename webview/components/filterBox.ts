/** The filter box: a combobox whose list offers keys and the values that were seen. */

import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Problem } from '../../server/stream/filter/filter.ts';
import type { Option } from '../filter/completion.ts';
import { type ListName, listOf } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';

const PLACEHOLDERS: Record<ListName, string> = {
  requests: 'Filter: status:5xx slower:200ms db:>20 has:n+1 worker:2 /orders -static',
  logs: 'Filter: level:warning logger:shop source:stdout worker:2 text -negated',
};

const input = (): HTMLInputElement => document.querySelector('.filter input') as HTMLInputElement;

const caretOf = (box: HTMLInputElement): number => box.selectionStart ?? box.value.length;

function whenTyped(panel: Panel): void {
  const box = input();
  panel.filtering.set(box.value);
  const isWord = /\S$/.test(box.value.slice(0, caretOf(box)));
  if (isWord) panel.filtering.offer(caretOf(box));
  else panel.filtering.offer(null);
}

function accept(panel: Panel, index: number): void {
  const box = input();
  const isKey = panel.filtering.completing.options[index]?.isKey;
  const accepted = panel.filtering.completing.accept(box.value, index);
  if (!accepted) return;
  box.value = accepted.text;
  box.setSelectionRange(accepted.caret, accepted.caret);
  panel.filtering.set(accepted.text);
  panel.filtering.offer(isKey ? accepted.caret : null);
  box.focus();
}

/** True if the key was for the list. */
function handled(panel: Panel, event: KeyboardEvent): boolean {
  const { completing } = panel.filtering;
  if (event.key === ' ' && event.ctrlKey) {
    panel.filtering.offer(caretOf(input()));
    return true;
  }
  if (!completing.isOpen) return false;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by !== undefined) panel.filtering.moveCompletion(by);
  else if (event.key === 'Tab' && !event.shiftKey) accept(panel, Math.max(0, completing.at));
  else if (event.key === 'Enter' && completing.at >= 0) accept(panel, completing.at);
  else if (event.key === 'Enter' || event.key === 'Escape') panel.filtering.offer(null);
  else return false;
  return true;
}

function whenKey(panel: Panel, event: KeyboardEvent): void {
  if (!handled(panel, event)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The box keeps the focus when an option is clicked. */
function optionView(panel: Panel, { word, detail }: Option, index: number): TemplateResult {
  const isMeant = index === panel.filtering.completing.at;
  return html`<div
    role="option"
    id="option-${index}"
    class="option"
    aria-selected=${isMeant}
    ${ref((element) => isMeant && element?.scrollIntoView({ block: 'nearest' }))}
    @mousedown=${(event: Event) => event.preventDefault()}
    @click=${() => accept(panel, index)}
  >
    <span class="word">${beginning(word)}</span> <span class="detail">${detail}</span>
  </div>`;
}

function optionList(panel: Panel): TemplateResult | typeof nothing {
  const { completing } = panel.filtering;
  if (!completing.isOpen) return nothing;
  return html`<div class="options" role="listbox" id="options" aria-label="Completions">
    ${completing.options.map((option, index) => optionView(panel, option, index))}
  </div>`;
}

const inWords = ({ word, why }: Problem): string => `${word} ${why}`;

export function filterBox(panel: Panel): TemplateResult {
  const { text, problems } = panel.lists.filter;
  const { completing } = panel.filtering;
  // Whoever is still typing knows that it makes no sense yet.
  const problem = completing.isOpen ? '' : problems.map(inWords).join(' · ');
  return html`<div class="filter ${problem ? 'wrong' : ''}">
    <span class="codicon codicon-filter" aria-hidden="true"></span>
    <input
      role="combobox"
      aria-label="Filter"
      aria-expanded=${completing.isOpen}
      aria-controls="options"
      aria-autocomplete="list"
      aria-activedescendant=${completing.at >= 0 ? `option-${completing.at}` : nothing}
      aria-invalid=${problem !== ''}
      aria-description="Ctrl+Space offers keys and values"
      autocomplete="off"
      spellcheck="false"
      placeholder=${PLACEHOLDERS[listOf(panel.state.view)]}
      .value=${text}
      @input=${() => whenTyped(panel)}
      @keydown=${(event: KeyboardEvent) => whenKey(panel, event)}
      @blur=${() => panel.filtering.offer(null)}
    />
    ${problem ? html`<span class="problem" role="status" title=${problem}>${problem}</span>` : nothing}
    ${text ? clearButton(panel) : nothing} ${optionList(panel)}
  </div>`;
}

const clearButton = (panel: Panel): TemplateResult => html`<button
  class="icon-button"
  title="Clear the Filter"
  aria-label="Clear the Filter"
  @click=${() => panel.filtering.clear()}
>
  <span class="codicon codicon-close" aria-hidden="true"></span>
</button>`;
