/** The columns of the request list. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Total } from '../../server/stream/trace.ts';
import { bytes, clockTime, count, duration, plural } from '../format.ts';
import {
  durationOf,
  hasError,
  isInFlight,
  isSlow,
  type RequestRow,
  statusOf,
} from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { beginning, visible } from '../visible.ts';
import type { Column } from './columns.ts';
import { icon } from './parts.ts';
import { runningBar, timeBar, timeWords } from './timeBar.ts';

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

const flags = (row: RequestRow): TemplateResult => {
  const word = stateWord(row);
  const label = word ? html`<span class="sr" title=${word}>${word}</span>` : nothing;
  return html`<span title=${word}>${stateIcon(row)}</span>${label}${findingBadge(row)}`;
};

function statusText(row: RequestRow): string {
  if (isInFlight(row)) return '…';
  if (row.abandoned) return 'lost';
  return String(statusOf(row) ?? (row.ended?.client_gone ? 'gone' : '–'));
}

function status(row: RequestRow): TemplateResult {
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

function path(row: RequestRow): TemplateResult {
  const url = row.head['url.path'];
  const query = row.head['url.query'];
  const method = row.head['http.request.method'];
  const name = `${beginning(method)} ${beginning(url)} ${statusText(row)}`;
  return html`<span class="path" title=${name}>${beginning(url)}${
    query ? html`<span class="query">?${beginning(query)}</span>` : nothing
  }</span>${origin(row, url)}`;
}

function countAndTime(total: Total | undefined): Cell {
  if (!total || total.count === 0) return nothing;
  return html`${count(total.count)} <span class="dim">${duration(total.duration)}</span>`;
}

function sql({ ended }: RequestRow): Cell {
  const found = (ended?.findings.length ?? 0) > 0;
  return html`<span class=${found ? 'found' : ''}>${countAndTime(ended?.totals.sql)}</span>`;
}

function logs(row: RequestRow): Cell {
  if (row.logs === 0) return nothing;
  const worst = row.severity >= 17 ? 'bad' : row.severity >= 13 ? 'warn' : '';
  return html`<span class=${worst} title=${plural(row.logs, 'log line')}>${count(row.logs)}</span>`;
}

/** Made once for a panel: the lists compare columns to see whether to draw anew. */
export function requestColumns(panel: Panel): Column<RequestRow>[] {
  const now = () => panel.store.clock.now();
  return [
    { id: 'flag', name: '', title: 'State and findings', width: 46, drop: 0, cell: flags },
    {
      id: 'method',
      name: 'Method',
      title: 'HTTP method',
      width: 50,
      className: 'method',
      drop: 10,
      cell: ({ head }) => head['http.request.method'],
    },
    { id: 'status', name: 'Status', title: 'HTTP status', width: 38, drop: 0, cell: status },
    {
      id: 'path',
      name: 'Path',
      title: 'Path, route and view',
      width: 'rest',
      drop: 0,
      cell: path,
    },
    {
      id: 'time',
      name: 'Time',
      title: 'From the first byte to the last',
      width: 58,
      className: 'number time',
      drop: 0,
      cell: (row) => duration(durationOf(row, now())),
    },
    {
      id: 'bar',
      name: 'Where',
      title: 'Where the time went: SQL, templates, cache, outgoing HTTP, own code, the rest',
      width: 104,
      drop: 20,
      cell: (row) =>
        row.ended
          ? html`<span title=${timeWords(row.ended)}>${timeBar(row.ended)}</span>`
          : runningBar(durationOf(row, now())),
    },
    {
      id: 'sql',
      name: 'SQL',
      title: 'Queries, and what they took',
      width: 84,
      className: 'number',
      drop: 15,
      cell: sql,
    },
    {
      id: 'out',
      name: 'Out',
      title: 'Outgoing HTTP requests, and what they took',
      width: 66,
      className: 'number',
      drop: 80,
      cell: ({ ended }) => countAndTime(ended?.totals.http),
    },
    {
      id: 'logs',
      name: 'Logs',
      title: 'Log lines, coloured by the worst',
      width: 34,
      className: 'number',
      drop: 50,
      cell: logs,
    },
    {
      id: 'worker',
      name: 'W·gen',
      title: 'Worker · generation of the code',
      width: 44,
      className: 'number',
      drop: 30,
      cell: ({ head }) => `${head.worker}·${head.generation}`,
    },
    {
      id: 'size',
      name: 'Size',
      title: 'Body of the response',
      width: 56,
      className: 'number',
      drop: 70,
      cell: ({ ended }) => (ended ? bytes(ended['http.response.body.size']) : ''),
    },
    ...spareColumns,
    {
      id: 'when',
      name: 'When',
      title: 'When it started',
      width: 64,
      className: 'number',
      drop: 60,
      cell: ({ started }) => clockTime(started),
    },
  ];
}

const spare = (
  id: string,
  name: string,
  title: string,
  width: number,
  cell: Column<RequestRow>['cell'],
): Column<RequestRow> => ({
  id,
  name,
  title,
  width,
  className: 'number dim',
  drop: 90,
  hidden: true,
  cell,
});

/** What not everybody wants to see. */
const spareColumns: Column<RequestRow>[] = [
  spare('templates', 'Templates', 'Templates, and what they took', 84, ({ ended }) =>
    countAndTime(ended?.totals.template),
  ),
  spare('cache', 'Cache', 'Cache operations, and what they took', 84, ({ ended }) =>
    countAndTime(ended?.totals.cache),
  ),
  spare('cpu', 'CPU', "Processor time of the request's thread", 58, ({ ended }) =>
    ended?.cpu == null ? '' : duration(ended.cpu),
  ),
  spare('own', 'Tracing', "What capture itself took of the request's thread", 58, ({ ended }) =>
    ended ? duration(ended.own) : '',
  ),
  spare('pid', 'Pid', 'Process', 56, ({ head }) => head['process.pid']),
  spare('thread', 'Thread', 'Thread', 118, ({ head }) => head['thread.id']),
  spare('client', 'Client', 'Address of the client', 96, ({ head }) => head['client.address']),
  spare(
    'trace',
    'Trace id',
    'W3C Trace Context: the trace that it is part of',
    236,
    ({ head }) => head.trace_id,
  ),
];
