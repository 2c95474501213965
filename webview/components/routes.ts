/** The routes: how often each was asked for, how long that took, and what the last edit changed. */

import { html, nothing, type TemplateResult } from 'lit';
import type { RouteStatistics } from '../../server/stream/protocol.ts';
import { count, duration } from '../format.ts';
import { fromTo } from '../model/change.ts';
import type { RouteOrder } from '../model/routeOrder.ts';
import type { Panel } from '../panel.ts';
import { visible } from '../visible.ts';
import { icon } from './parts.ts';

interface Column {
  order: RouteOrder;
  name: string;
  title: string;
  cell: (route: RouteStatistics) => unknown;
}

const COLUMNS: Column[] = [
  {
    order: 'count',
    name: 'Requests',
    title: 'Of those that are kept',
    cell: (r) => count(r.count),
  },
  {
    order: 'errors',
    name: 'Errors',
    title: 'Answered with 5xx, or not at all',
    cell: ({ errors }) => (errors ? html`<span class="bad">${count(errors)}</span>` : ''),
  },
  {
    order: 'median',
    name: 'Median',
    title: 'Half took no longer',
    cell: (r) => duration(r.median),
  },
  { order: 'p95', name: 'p95', title: '95 of 100 took no longer', cell: (r) => duration(r.p95) },
  { order: 'slowest', name: 'Slowest', title: 'The longest', cell: (r) => duration(r.slowest) },
  {
    order: 'sql',
    name: 'SQL',
    title: 'Queries of the median request, and what they took',
    cell: ({ sql }) => (sql.count ? `${count(sql.count)} · ${duration(sql.duration)}` : ''),
  },
  {
    order: 'last',
    name: 'Last edit',
    title: 'The last run on the code before, and the last run',
    cell: ({ last, before }) => (before ? fromTo(before.duration, last.duration) : ''),
  },
];

export function routesView(panel: Panel): TemplateResult | typeof nothing {
  const { routes } = panel;
  routes.refresh();
  if (routes.error) return html`<p class="empty">${routes.error}</p>`;
  if (!routes.list || routes.list.length === 0) return nothing;
  return html`<div class="routes" tabindex="-1">
    <table aria-label="Routes">
      <thead>
        <tr>
          ${heading(panel, { order: 'route', name: 'Route', title: 'By its name' })}
          ${COLUMNS.map((column) => heading(panel, column))}
        </tr>
      </thead>
      <tbody @keydown=${moveFocus}>
        ${routes.sorted.map((route) => row(panel, route))}
      </tbody>
    </table>
  </div>`;
}

function heading(panel: Panel, { order, name, title }: Omit<Column, 'cell'>): TemplateResult {
  const isOrder = panel.state.routeOrder === order;
  const direction = order === 'route' ? 'ascending' : 'descending';
  return html`<th scope="col" class="r-${order}" aria-sort=${isOrder ? direction : 'none'}>
    <button title=${title} @click=${() => panel.routes.sortBy(order)}>
      ${name}${isOrder ? icon(order === 'route' ? 'arrow-up' : 'arrow-down') : nothing}
    </button>
  </th>`;
}

const FINDINGS = { 'n+1': 'N+1', duplicate: 'duplicate' };

function row(panel: Panel, route: RouteStatistics): TemplateResult {
  const name = visible(`${route['http.request.method']} ${route['http.route']}`);
  const tags = route.findings.map((kind) => html`<span class="tag warn">${FINDINGS[kind]}</span>`);
  return html`<tr>
    <th scope="row">
      <button class="link" title="Show these requests" @click=${() => panel.routes.show(route)}>
        ${name}
      </button>
      ${tags} <span class="dim">${route.view ? visible(route.view) : nothing}</span>
    </th>
    ${COLUMNS.map(({ order, cell }) => html`<td class="r-${order}">${cell(route)}</td>`)}
  </tr>`;
}

/** Up and down, from one route to the next. */
function moveFocus(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const body = event.currentTarget as HTMLElement;
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...body.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[Math.min(buttons.length - 1, Math.max(0, at + by))]?.focus();
}
