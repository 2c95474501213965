/** What stands in the cells of a request's row. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Microseconds } from '../../server/stream/protocol.ts';
import type { Total } from '../../server/stream/trace.ts';
import { count, duration, plural } from '../format.ts';
import { changeOf, changeWords } from '../model/change.ts';
import {
  durationOf,
  hasError,
  isInFlight,
  isSlow,
  type RequestRow,
  statusOf,
} from '../model/rows.ts';
import { beginning, visible } from '../visible.ts';
import { icon } from './parts.ts';

type Cell = TemplateResult | typeof nothing;

function stateIcon(row: RequestRow): Cell {
  if (isInFlight(row)) return icon('loading', 'spin');
  if (row.abandoned) return icon('circle-slash', 'bad');
  if (hasError(row)) return icon('error', 'bad');
  if (row.ended?.client_gone) return icon('debug-disconnect', 'dim');
  if (row.severity >= 13) return icon('warning', 'warn');
  return isSlow(row) ? icon('watch', 'warn') : nothing;
}

function stateWord(row: RequestRow): string {
  if (isInFlight(row)) return 'running';
  if (row.abandoned) return 'its worker died';
  if (hasError(row)) return 'error';
  if (row.ended?.client_gone) return 'the client left';
  if (row.severity >= 13) return 'warning';
  return isSlow(row) ? 'slow' : '';
}

function findingBadge({ ended }: RequestRow): Cell {
  const findings = ended?.findings ?? [];
  if (findings.includes('n+1')) return html`<b class="badge" title="N+1 queries">N+1</b>`;
  if (findings.length === 0) return nothing;
  return html`<b class="badge" title="Duplicate queries">dup</b>`;
}

const profileBadge = ({ ended }: RequestRow): Cell =>
  ended?.profiled ? html`<span title="Profiled">${icon('flame', 'dim')}</span>` : nothing;

const originBadge = ({ head }: RequestRow): Cell => {
  if (head.replay_of) return html`<span title="A replay">${icon('debug-restart', 'dim')}</span>`;
  if (!head.imported) return nothing;
  return html`<span title="From a file">${icon('file-symlink-file', 'dim')}</span>`;
};

/** A is what the next request is compared with. */
export const flags = (row: RequestRow, isA: boolean): TemplateResult => {
  const word = stateWord(row);
  const label = word ? html`<span class="sr" title=${word}>${word}</span>` : nothing;
  const a = isA ? html`<b class="badge a" title="A: compared with the next">A</b>` : nothing;
  return html`${a}<span title=${word}>${stateIcon(row)}</span>${label}${findingBadge(row)}${profileBadge(row)}${originBadge(row)}`;
};

/** The time, and how it differs from that of the code before. */
export function time(row: RequestRow, now: Microseconds): Cell | string {
  const text = duration(durationOf(row, now));
  if (!row.ended?.before) return text;
  return html`<span title=${changeWords(row.ended, row.ended.before)}>${text}</span>`;
}

const SIGNS = { faster: '▼', slower: '▲', same: '≈' };

/** Against the last run on the code before. */
export function delta({ ended }: RequestRow): Cell {
  if (!ended?.before) return nothing;
  const { change, by } = changeOf(ended, ended.before);
  const figure = change === 'same' ? '' : duration(Math.abs(by));
  return html`<span class=${change} title=${changeWords(ended, ended.before)}
    >${SIGNS[change]}<span class="sr">${change}</span> ${figure}</span
  >`;
}

function statusText(row: RequestRow): string {
  if (isInFlight(row)) return '…';
  if (row.abandoned) return 'lost';
  return String(statusOf(row) ?? (row.ended?.client_gone ? 'gone' : '–'));
}

export function status(row: RequestRow): TemplateResult {
  const digit = row.abandoned ? '5' : String(statusOf(row) ?? 0).charAt(0);
  return html`<span class="s${digit}">${statusText(row)}</span>`;
}

/** `orders.views.OrderList.get` → `OrderList.get`; modules are in lower case, mostly. */
function shortView(view: string): string {
  const names = view.split('.');
  const first = names.findIndex((name) => /^[A-Z]/.test(name));
  return names.slice(first < 0 ? -1 : first).join('.');
}

function origin({ ended }: RequestRow, path: string): Cell {
  const route = ended?.['http.route'] ?? '';
  const view = ended?.view ?? '';
  const words = [route === path ? '' : route, view && shortView(view)].filter(Boolean);
  if (words.length === 0) return nothing;
  return html`<span class="origin" title=${visible(`${route} ${view}`)}>
    ${beginning(words.join(' · '))}
  </span>`;
}

export function path(row: RequestRow): TemplateResult {
  const url = row.head['url.path'];
  const query = row.head['url.query'];
  const method = row.head['http.request.method'];
  const name = `${beginning(method)} ${beginning(url)} ${statusText(row)}`;
  return html`<span class="path" title=${name}>${beginning(url)}${
    query ? html`<span class="query">?${beginning(query)}</span>` : nothing
  }</span>${origin(row, url)}`;
}

export function countAndTime(total: Total | undefined): Cell {
  if (!total || total.count === 0) return nothing;
  return html`${count(total.count)} <span class="dim">${duration(total.duration)}</span>`;
}

export function sql({ ended }: RequestRow): Cell {
  const found = (ended?.findings.length ?? 0) > 0;
  return html`<span class=${found ? 'found' : ''}>${countAndTime(ended?.totals.sql)}</span>`;
}

export function logs(row: RequestRow): Cell {
  if (row.logs === 0) return nothing;
  const worst = row.severity >= 17 ? 'bad' : row.severity >= 13 ? 'warn' : '';
  return html`<span class=${worst} title=${plural(row.logs, 'log line')}>${count(row.logs)}</span>`;
}
