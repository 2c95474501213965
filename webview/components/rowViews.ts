/** The rows of the request list, each 22 pixels high: a request, or a reload between requests. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ReloadReason } from '../../server/stream/protocol.ts';
import { clockTime, duration, plural, shortPath } from '../format.ts';
import { isFailed, isInFlight, type ReloadRow, type Row } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { visible } from '../visible.ts';
import { icon } from './parts.ts';

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
  return visible(names.slice(0, 3).join(', ')) + more;
}

export const generations = ({ previous, reload }: ReloadRow): string =>
  previous === null ? `gen ${reload.generation}` : `gen ${previous} → ${reload.generation}`;

function outcome({ reload }: ReloadRow): TemplateResult {
  const took = reload.duration === undefined ? '' : duration(reload.duration);
  if (reload.phase === 'started') return html`${icon('loading', 'spin')} importing…`;
  if (reload.phase === 'failed') return html`<b class="bad">failed</b> ${took}`;
  return html`ready in <b>${took}</b>`;
}

/** What the code before it still answered, of what it had begun. */
const drained = ({ drained: requests }: ReloadRow): TemplateResult | typeof nothing =>
  requests > 0
    ? html`<span class="dim drained">${plural(requests, 'request')} drained</span>`
    : nothing;

/** Across all columns. */
export function reloadCells(panel: Panel, row: ReloadRow): TemplateResult {
  const failed = row.reload.phase === 'failed';
  return html`<span role="gridcell" class="reload">
    ${icon(failed ? 'error' : 'refresh', failed ? 'bad' : 'dim')}
    <span class="cause">${causeOf(panel, row)}</span>
    <span class="dim">${generations(row)}</span>
    <span>${outcome(row)}</span>
    ${drained(row)}
    <span class="c-when number dim">${clockTime(row.reload.time)}</span>
  </span>`;
}

/** Rows answered by older code are dimmed. */
export function rowClass(panel: Panel, row: Row): string {
  if (row.kind === 'reload') return `reload-row ${row.reload.phase}`;
  const older = row.head.generation < panel.store.generation ? 'older' : '';
  const isA = panel.comparing.isMarked(row) ? 'is-a' : '';
  return `request-row ${older} ${isFailed(row) ? 'failed' : ''} ${isA}`;
}

/** What a row's cells are made of: as long as it is the same, they are not drawn again. */
export function rowDepends(panel: Panel, row: Row): unknown[] {
  if (row.kind === 'reload') return [row.reload, row.drained, panel.store.server?.root];
  const now = isInFlight(row) ? panel.store.clock.now() : 0;
  const isA = panel.comparing.isMarked(row);
  return [row.ended, row.logs, row.exceptions, row.severity, row.abandoned, now, isA];
}
