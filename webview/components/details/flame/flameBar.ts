/** Above the graph: how it is laid out, what is looked for, and what is known of the whole. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Profile } from '../../../../server/stream/profile.ts';
import { count, duration, plural } from '../../../format.ts';
import { functionsOf, sampledTime } from '../../../model/profile/functions.ts';
import type { ProfileOrder } from '../../../model/viewState.ts';
import { percent } from '../../phases.ts';
import type { FlameGraph } from './flameGraph.ts';
import { isFound } from './names.ts';

const ORDERS: { order: ProfileOrder; name: string; title: string }[] = [
  { order: 'time', name: 'Time Order', title: 'As it happened' },
  { order: 'heavy', name: 'Left Heavy', title: 'What is alike together, the heaviest on the left' },
  { order: 'files', name: 'By File', title: 'What each line took' },
];

const SIDEWAYS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};

/** As radio buttons are: the arrows choose. */
function whenPressed(graph: FlameGraph, event: KeyboardEvent): void {
  const by = SIDEWAYS[event.key];
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const at = ORDERS.findIndex(({ order }) => order === graph.order);
  const next = ORDERS.at((at + by) % ORDERS.length);
  if (!next) return;
  graph.opened.panel.pane.layOut(next.order);
  graph.querySelector<HTMLElement>(`[data-order="${next.order}"]`)?.focus();
}

const ordersView = (graph: FlameGraph): TemplateResult => html`<div
  class="f-orders"
  role="radiogroup"
  aria-label="Layout"
  @keydown=${(event: KeyboardEvent) => whenPressed(graph, event)}
>
  ${ORDERS.map(
    ({ order, name, title }) => html`<button
      role="radio"
      data-order=${order}
      aria-checked=${order === graph.order}
      tabindex=${order === graph.order ? 0 : -1}
      title=${title}
      @click=${() => graph.opened.panel.pane.layOut(order)}
    >
      ${name}
    </button>`,
  )}
</div>`;

/** How many functions are found, and how much of the time was in them. */
function foundView(graph: FlameGraph, profile: Profile): TemplateResult | typeof nothing {
  const { query, opened } = graph;
  if (!query) return nothing;
  const root = opened.panel.store.server?.root ?? '';
  const { all, stacks } = functionsOf(profile);
  const found = all.map((one) => isFound(one, query, root));
  const isIn = stacks.map((stack) => stack.some((what) => found[what]));
  const time = profile.samples.reduce(
    (sum, [stack, weight]) => sum + (isIn[stack] ? weight : 0),
    0,
  );
  const functions = found.filter(Boolean).length;
  return html`<span class="dim" role="status"
    >${plural(functions, 'function')}, ${percent(time / sampledTime(profile))}</span
  >`;
}

function whenTyped(graph: FlameGraph, event: KeyboardEvent): void {
  const input = event.target as HTMLInputElement;
  if (event.key !== 'Escape' && event.key !== 'Enter') return;
  event.stopPropagation();
  event.preventDefault();
  if (event.key === 'Escape') {
    input.value = '';
    graph.search('');
  }
  graph.querySelector<HTMLElement>('.f-graph')?.focus();
}

function searchView(graph: FlameGraph, profile: Profile): TemplateResult | typeof nothing {
  if (graph.order === 'files') return nothing;
  return html`<input
      class="f-search"
      type="search"
      placeholder="Search (/)"
      aria-label="Search functions and files"
      spellcheck="false"
      .value=${graph.query}
      @input=${({ target }: Event) => graph.search((target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => whenTyped(graph, event)}
    />
    ${foundView(graph, profile)}
    ${
      graph.isZoomed
        ? html`<button class="button small" title="Show All (0)" @click=${() => graph.showAll()}>
            Show All
          </button>`
        : nothing
    }`;
}

/** What is not known is said, not left out. */
function notes({ start, rate, samples, cut }: Profile): string {
  const before = start > 0 ? `Not sampled: the first ${duration(start)}. ` : '';
  const left = cut ? ` ${count(cut)} more are in the weight of those kept.` : '';
  return `${before}${plural(samples.length, 'sample')}, at most ${count(rate)} a second.${left}`;
}

export const barView = (graph: FlameGraph, profile: Profile): TemplateResult => html`<div
    class="f-bar"
  >
    ${ordersView(graph)} ${searchView(graph, profile)}
  </div>
  <p class="f-note dim">${notes(profile)}</p>`;
