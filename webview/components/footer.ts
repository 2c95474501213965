/** The bottom line: how much is kept, and everything that is missing from it. */

import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../format.ts';
import type { Panel } from '../panel.ts';

function frozenNote({ lists }: Panel): TemplateResult | typeof nothing {
  if (!lists.isFrozen) return nothing;
  return html`<span class="warn">Frozen · ${count(lists.newer)} newer</span>`;
}

function shownNote(panel: Panel, shown: number): TemplateResult | typeof nothing {
  return panel.lists.filter.empty ? nothing : html`<span>${count(shown)} shown</span>`;
}

export function footer(panel: Panel, shown: number): TemplateResult {
  const { store } = panel;
  const kept = store.rows.length + store.logs.length;
  const python = store.server?.['process.runtime.version'];
  return html`<footer class="footer">
    ${frozenNote(panel)} ${shownNote(panel, shown)}
    <span>${count(kept)} kept</span>
    <span>${count(store.forgotten)} older dropped</span>
    <span class=${store.lost > 0 ? 'bad' : ''}>${count(store.lost)} lost</span>
    <span class="gap"></span>
    ${store.server ? html`<span class="c-app">${store.server.app}</span>` : nothing}
    ${python ? html`<span class="c-python">Python ${python}</span>` : nothing}
  </footer>`;
}
