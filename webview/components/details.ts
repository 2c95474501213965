/** The details pane: the row under the cursor, opened. */

import { html, nothing, type TemplateResult } from 'lit';
import { bytes, duration, exactTime, plural } from '../format.ts';
import { durationOf, isInFlight, type ReloadRow, type RequestRow } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { exceptionView } from './exception.ts';
import { logDetails, logLine } from './logViews.ts';
import { fact, fileLink, icon, iconButton } from './parts.ts';
import { phasesView } from './phases.ts';
import { preloadView } from './preload.ts';
import { causeOf, generations } from './rowViews.ts';

const pane = (panel: Panel, title: unknown, content: unknown): TemplateResult => html`<section
  class="details"
  aria-label="Details"
>
  <header class="details-title">
    <h2>${title}</h2>
    ${iconButton({ icon: 'close', title: 'Close Details (Esc)', action: () => panel.close() })}
  </header>
  <div class="details-content" tabindex="0">${content}</div>
</section>`;

const section = (title: string, content: unknown): TemplateResult => html`<section>
  <h4>${title}</h4>
  ${content}
</section>`;

function requestTitle({ head, ended }: RequestRow): TemplateResult {
  const query = head['url.query'] ? `?${head['url.query']}` : '';
  return html`<span class="method">${head['http.request.method']}</span>
    ${head['url.path']}${query}
    <span class="dim">${ended?.['http.response.status_code'] ?? ''}</span>`;
}

/** What can be said in words. */
function stateOf(row: RequestRow): TemplateResult | typeof nothing {
  if (row.abandoned) return html`<p>${icon('error', 'bad')} Its worker died while it ran.</p>`;
  if (isInFlight(row)) return html`<p>${icon('loading', 'spin')} Still running.</p>`;
  if (!row.ended?.client_gone) return nothing;
  return html`<p>${icon('debug-disconnect')} The client left before the answer was complete.</p>`;
}

function requestFacts(panel: Panel, row: RequestRow): TemplateResult {
  const { head, ended } = row;
  const sizes = ended
    ? [
        fact('in', bytes(ended['http.request.body.size'])),
        fact('out', bytes(ended['http.response.body.size'])),
      ]
    : nothing;
  return html`<p class="facts">
    ${fact('', duration(durationOf(row, panel.store.clock.now())))}
    ${fact('worker', head.worker)} ${fact('generation', head.generation)}
    ${fact('pid', head['process.pid'])} ${sizes} ${fact('client', head['client.address'])}
    ${fact('at', exactTime(row.started))}
  </p>`;
}

function requestDetails(panel: Panel, row: RequestRow): TemplateResult {
  const { logs, exceptions } = panel.details.of(row);
  const lines = logs.map((log) => logLine(panel, log));
  const missing = row.logs - logs.length;
  const note =
    missing > 0 ? html`<p class="dim">${plural(missing, 'line')} no longer kept.</p>` : '';
  return html`
    ${requestFacts(panel, row)} ${stateOf(row)}
    ${exceptions.map((exception) => exceptionView(panel, exception))}
    ${row.ended ? section('Time', phasesView(row.ended)) : nothing}
    ${row.logs > 0 ? section('Logs', html`<ol class="log-lines">${lines}</ol>${note}`) : nothing}
  `;
}

function reloadDetails(panel: Panel, row: ReloadRow): TemplateResult {
  const { reload } = row;
  const { preload } = panel.details;
  const exception = panel.store.exception(reload.exception);
  const took = reload.duration === undefined ? nothing : fact('in', duration(reload.duration));
  const files = reload.files.map((file) => html`<li>${fileLink(panel, file, 1)}</li>`);
  return html`
    <p class="facts">${fact('', reload.phase)} ${took} ${fact('at', exactTime(reload.time))}</p>
    ${exception ? exceptionView(panel, exception) : nothing}
    ${files.length > 0 ? section('Changed', html`<ul class="plain-list">${files}</ul>`) : nothing}
    ${preload ? section('Libraries', preloadView(preload)) : nothing}
  `;
}

/** Nothing while no row is open. */
export function detailsView(panel: Panel): TemplateResult | typeof nothing {
  const row = panel.lists.openedRow;
  if (row?.kind === 'request') return pane(panel, requestTitle(row), requestDetails(panel, row));
  if (row) {
    const title = `${generations(row)} · ${causeOf(panel, row)}`;
    return pane(panel, title, reloadDetails(panel, row));
  }
  const log = panel.lists.openedLog;
  return log ? pane(panel, 'Log line', logDetails(panel, log)) : nothing;
}
