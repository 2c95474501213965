/** The rows of the request list, each 22 pixels high: a request, or a reload between requests. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ReloadReason } from '../../server/stream/protocol.ts';
import { clockTime, duration, shortPath } from '../format.ts';
import {
  durationOf,
  hasError,
  isFailed,
  isInFlight,
  type ReloadRow,
  type RequestRow,
  type Row,
  statusOf,
} from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { icon } from './parts.ts';
import { runningBar, smallBar } from './phases.ts';

export const REQUEST_COLUMNS = html`<div class="columns request-columns" role="row">
  <span role="columnheader" aria-label="Flag"></span>
  <span role="columnheader">Method</span>
  <span role="columnheader">Status</span>
  <span role="columnheader">Path</span>
  <span role="columnheader" class="number">Time</span>
  <span role="columnheader" class="c-bar" title="read · app · iterate · write · close">Phases</span>
  <span role="columnheader" class="c-logs number">Logs</span>
  <span role="columnheader" class="c-worker number" title="Worker · generation">W·gen</span>
  <span role="columnheader" class="c-when number">When</span>
</div>`;

function flag(row: RequestRow): TemplateResult | typeof nothing {
  if (isInFlight(row)) return icon('loading', 'spin');
  if (row.abandoned) return icon('circle-slash', 'bad');
  if (hasError(row)) return icon('error', 'bad');
  if (row.ended?.client_gone) return icon('debug-disconnect', 'dim');
  return row.severity >= 13 ? icon('warning', 'warn') : nothing;
}

function statusText(row: RequestRow): string {
  if (isInFlight(row)) return '…';
  if (row.abandoned) return 'lost';
  return String(statusOf(row) ?? (row.ended?.client_gone ? 'gone' : '–'));
}

const statusClass = (row: RequestRow): string =>
  row.abandoned ? 's5' : `s${String(statusOf(row) ?? 0).charAt(0)}`;

const path = ({ head }: RequestRow): TemplateResult =>
  html`${head['url.path']}${
    head['url.query'] ? html`<span class="query">?${head['url.query']}</span>` : nothing
  }`;

function logsCell(row: RequestRow): TemplateResult | typeof nothing {
  if (row.logs === 0) return nothing;
  const worst = row.severity >= 17 ? 'bad' : row.severity >= 13 ? 'warn' : '';
  return html`<span class=${worst}>${row.logs}</span>`;
}

/** What a screen reader says of it, besides the cells: rows cannot be told by colour alone. */
function nameOf(row: RequestRow): string {
  const { head } = row;
  return `${head['http.request.method']} ${head['url.path']} ${statusText(row)}`;
}

export function requestCells(panel: Panel, row: RequestRow): TemplateResult {
  const { head } = row;
  const time = durationOf(row, panel.store.clock.now());
  return html`<span role="gridcell" class="flag">${flag(row)}</span>
    <span role="gridcell" class="method">${head['http.request.method']}</span>
    <span role="gridcell" class="status ${statusClass(row)}">${statusText(row)}</span>
    <span role="gridcell" class="path" title=${nameOf(row)}>${path(row)}</span>
    <span role="gridcell" class="number time">${duration(time)}</span>
    <span role="gridcell" class="c-bar">${row.ended ? smallBar(row.ended) : runningBar(time)}</span>
    <span role="gridcell" class="c-logs number">${logsCell(row)}</span>
    <span role="gridcell" class="c-worker number">${head.worker}·${head.generation}</span>
    <span role="gridcell" class="c-when number">${clockTime(row.started)}</span>`;
}

const REASONS: Record<ReloadReason, string> = {
  start: 'started',
  code: 'code changed',
  command: 'reloaded',
  signal: 'reloaded by a signal',
  environment: 'environment changed',
};

/** `orders/views.py, models.py and 3 more`, or why else. */
export function causeOf(panel: Panel, { reload }: ReloadRow): string {
  const root = panel.store.server?.root ?? '';
  const names = reload.files.map((file) => shortPath(file, root));
  if (names.length === 0) return REASONS[reload.reason];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return names.slice(0, 3).join(', ') + more;
}

export const generations = ({ previous, reload }: ReloadRow): string =>
  previous === null ? `gen ${reload.generation}` : `gen ${previous} → ${reload.generation}`;

function outcome({ reload }: ReloadRow): TemplateResult {
  const took = reload.duration === undefined ? '' : duration(reload.duration);
  if (reload.phase === 'started') return html`${icon('loading', 'spin')} importing…`;
  if (reload.phase === 'failed') return html`<b class="bad">failed</b> ${took}`;
  return html`ready in <b>${took}</b>`;
}

export function reloadCells(panel: Panel, row: ReloadRow): TemplateResult {
  const failed = row.reload.phase === 'failed';
  return html`<span role="gridcell" class="reload" aria-colspan="9">
    ${icon(failed ? 'error' : 'refresh', failed ? 'bad' : 'dim')}
    <span class="cause">${causeOf(panel, row)}</span>
    <span class="dim">${generations(row)}</span>
    <span>${outcome(row)}</span>
    <span class="c-when number dim">${clockTime(row.reload.time)}</span>
  </span>`;
}

export const rowCells = (panel: Panel, row: Row): TemplateResult =>
  row.kind === 'request' ? requestCells(panel, row) : reloadCells(panel, row);

/** Rows answered by older code are dimmed. */
export function rowClass(panel: Panel, row: Row): string {
  if (row.kind === 'reload') return `reload-row ${row.reload.phase}`;
  const older = row.head.generation < panel.store.generation ? 'older' : '';
  return `request-row ${older} ${isFailed(row) ? 'failed' : ''}`;
}
