/** The bottom line: how much is kept, everything that is missing from it, and what capture costs. */

import { html, nothing, type TemplateResult } from 'lit';
import { count, duration } from '../format.ts';
import { costOf, hooksOf, librariesOf } from '../model/health.ts';
import { isWithoutList } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { beginning, visible } from '../visible.ts';

type Note = TemplateResult | typeof nothing;

function frozenNote({ lists }: Panel): Note {
  if (!lists.isFrozen) return nothing;
  return html`<span class="warn">Frozen · ${count(lists.newer)} newer</span>`;
}

function shownNote(panel: Panel, shown: number): Note {
  if (panel.lists.filter.empty || isWithoutList(panel.state.view)) return nothing;
  const hidden = panel.lists.total - shown;
  return html`<span>${count(shown)} shown</span>
    <span>
      ${count(hidden)} hidden by filter
      <button class="link" @click=${() => panel.filtering.clear()}>clear</button>
    </span>`;
}

/** Shown in red as soon as there is any. */
const loss = (lost: number, words: string, title: string): Note =>
  html`<span class=${lost > 0 ? 'bad' : ''} title=${title}>${count(lost)} ${words}</span>`;

const lossNotes = ({ store }: Panel): Note[] => [
  loss(store.lost, 'lost in transport', 'Events that the server sent and the page did not get'),
  store.dropped > 0
    ? loss(store.dropped, 'dropped', 'What workers could not send in time, and gave up')
    : nothing,
  store.untold > 0
    ? html`<span class="warn" title="Counted in the charts, but not told of one by one">
        ${count(store.untold)} not told under load
      </span>`
    : nothing,
];

const percent = (share: number): string =>
  share < 0.0995 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`;

function costNote({ store }: Panel): Note {
  const cost = costOf(store);
  if (!cost) return nothing;
  const [own, total] = [cost.own, cost.duration].map((time) => duration(Math.round(time)));
  const title = `Of the time of a request on average: ${own} of ${total}`;
  return html`<span class="c-cost" title=${title}>tracing cost ${percent(cost.share)}</span>`;
}

const NAMES: Record<string, string> = { django: 'Django', flask: 'Flask', bottle: 'Bottle' };

function versions({ store }: Panel): Note {
  const python = store.server?.['process.runtime.version'];
  if (!python) return nothing;
  const libraries = Object.entries(librariesOf(store));
  const frameworks = libraries.filter(([name]) => name in NAMES);
  const words = [
    `Python ${python}`,
    ...frameworks.map(([name, version]) => `${NAMES[name]} ${version}`),
  ];
  const title = libraries.map(([name, version]) => `${name} ${version}`).join(', ');
  return html`<span class="c-python" title=${title}>${words.join(', ')}</span>`;
}

/** Those that are off by name, as they leave something out. */
function hooksNote(panel: Panel): Note {
  const hooks = [...hooksOf(panel.store)];
  if (hooks.length === 0) return nothing;
  const off = hooks.filter(([, state]) => state !== 'on');
  const on = hooks.filter(([, state]) => state === 'on').map(([name]) => name);
  return html`<span class="c-hooks" title="Hooks: ${on.join(', ')}">${on.length} hooks on</span>
    ${off.map(
      ([name, why]) => html`<button
        class="warn"
        title=${why}
        @click=${() => panel.tell(`The hook of ${name} is off: ${why}`)}
      >
        ${name} off
      </button>`,
    )}`;
}

/** Until the other one is chosen. */
function markedNote({ comparing }: Panel): Note {
  const { marked } = comparing;
  if (!marked) return nothing;
  const name = `${marked.head['http.request.method']} ${marked.head['url.path']}`;
  return html`<span class="marked"
    ><b class="badge a">A</b> ${beginning(name)}
    <button class="link" title="Compare with nothing (Esc)" @click=${() => comparing.drop()}>drop</button></span
  >`;
}

export function footer(panel: Panel, shown: number): TemplateResult {
  const { store } = panel;
  const kept = store.rows.length + store.logs.length;
  return html`<footer class="footer">
    ${markedNote(panel)} ${frozenNote(panel)} ${shownNote(panel, shown)}
    <span>${count(kept)} kept</span>
    <span>${count(store.forgotten)} older dropped</span>
    ${lossNotes(panel)}
    <span class="gap"></span>
    ${costNote(panel)} ${hooksNote(panel)}
    ${store.server ? html`<span class="c-app">${visible(store.server.app)}</span>` : nothing}
    ${versions(panel)}
  </footer>`;
}
