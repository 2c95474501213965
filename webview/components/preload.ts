/** In the details of a reload: which library modules its workers found imported, and which not, and why. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Preload } from '../../server/stream/protocol.ts';
import { duration, plural } from '../format.ts';

/** The dearest first: that is what preloading saves. */
function preloaded({ modules }: Preload): TemplateResult {
  const cost = modules.reduce((sum, entry) => sum + entry.cost, 0);
  const rows = modules
    .toSorted((a, b) => b.cost - a.cost)
    .map((entry) => html`<tr><td>${duration(entry.cost)}</td><td>${entry.module}</td></tr>`);
  return html`<details>
    <summary>${plural(modules.length, 'module')} preloaded, ${duration(cost)} saved a worker</summary>
    <table aria-label="Preloaded">${rows}</table>
  </details>`;
}

function leftOut({ left_out }: Preload): TemplateResult | typeof nothing {
  if (left_out.length === 0) return nothing;
  const rows = left_out.map(
    (entry) => html`<tr><td>${entry.module}</td><td class="dim">${entry.reason}</td></tr>`,
  );
  return html`<details>
    <summary>${plural(left_out.length, 'module')} not preloaded</summary>
    <table aria-label="Not preloaded">${rows}</table>
  </details>`;
}

export function preloadView(preload: Preload): TemplateResult {
  const { off, file } = preload;
  const shown = off ? html`<p>Nothing is preloaded: ${off}.</p>` : preloaded(preload);
  return html`<div class="preload">
    ${shown} ${leftOut(preload)}
    <p class="dim">Learned from what the app imports, and kept in ${file}</p>
  </div>`;
}
