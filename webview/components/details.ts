/** The details pane: the row under the cursor, opened. */

import { html, nothing, type TemplateResult } from 'lit';
import { duration, exactTime } from '../format.ts';
import type { ReloadRow, RequestRow } from '../model/rows.ts';
import { viewPlace } from '../model/trace/places.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import type { Opened } from './details/opened.ts';
import { tabsView } from './details/tabs.ts';
import { exceptionView } from './exception.ts';
import { logDetails } from './logViews.ts';
import { fact, fileLink, iconButton } from './parts.ts';
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
  ${content}
</section>`;

const plainContent = (content: unknown): TemplateResult =>
  html`<div class="details-content" tabindex="0">${content}</div>`;

const section = (title: string, content: unknown): TemplateResult => html`<section>
  <h4>${title}</h4>
  ${content}
</section>`;

function requestTitle({ head, ended }: RequestRow): TemplateResult {
  const query = head['url.query'] ? `?${head['url.query']}` : '';
  const status = ended?.['http.response.status_code'] ?? '';
  return html`<span class="method">${beginning(head['http.request.method'])}</span>
    <span class="title-path">${beginning(head['url.path'] + query)}</span>
    <span class="s${String(status).charAt(0)}">${status}</span>
    <span class="dim">${ended ? duration(ended.duration) : ''}</span>`;
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

/** Undefined while no request is open. */
export function openedRequest(panel: Panel): Opened | undefined {
  const row = panel.lists.openedRow;
  return row?.kind === 'request' ? { panel, row, details: panel.details.of(row) } : undefined;
}

/** Where the opened request was answered. */
export function openSource(panel: Panel): void {
  const place = viewPlace(openedRequest(panel)?.details.trace ?? null);
  if (place) panel.openFile(place['code.file.path'], place['code.line.number']);
  else panel.tell('Where the view is defined is not known.');
}

/** Nothing while no row is open. */
export function detailsView(panel: Panel): TemplateResult | typeof nothing {
  const opened = openedRequest(panel);
  if (opened) return pane(panel, requestTitle(opened.row), tabsView(opened));
  const row = panel.lists.openedRow;
  if (row?.kind === 'reload') {
    const title = `${generations(row)} · ${causeOf(panel, row)}`;
    return pane(panel, title, plainContent(reloadDetails(panel, row)));
  }
  const log = panel.lists.openedLog;
  return log ? pane(panel, 'Log line', plainContent(logDetails(panel, log))) : nothing;
}
