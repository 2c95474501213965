/** The SQL of a request: a line for each statement and the code that runs it, which opens. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { count, duration, plural } from '../../format.ts';
import { type Order, type Statement, sorted, statementsOf } from '../../model/trace/statements.ts';
import { visible } from '../../visible.ts';
import { icon, iconButton, placeLink } from '../parts.ts';
import { executionsView } from './executions.ts';
import type { Opened } from './opened.ts';
import { sqlBlock, sqlLine } from './sql.ts';

const ORDERS: { order: Order; name: string; title: string }[] = [
  { order: 'count', name: 'Count', title: 'How often it ran' },
  { order: 'total', name: 'Total', title: 'All its executions together' },
  { order: 'longest', name: 'Longest', title: 'The longest of its executions' },
  { order: 'rows', name: 'Rows', title: 'Rows fetched or changed' },
  { order: 'first', name: 'Statement', title: 'In the order in which they first ran' },
];

function header({ panel }: Opened): TemplateResult {
  const cells = ORDERS.map(({ order, name, title }) => {
    const isOrder = panel.state.order === order;
    const direction = order === 'first' ? 'ascending' : 'descending';
    return html`<span
      role="columnheader"
      class="s-${order}"
      aria-sort=${isOrder ? direction : 'none'}
    >
      <button title=${title} @click=${() => panel.pane.sortBy(order)}>
        ${name}${isOrder ? icon(order === 'first' ? 'arrow-up' : 'arrow-down') : nothing}
      </button>
    </span>`;
  });
  return html`<div class="statement-columns" role="row">${cells}</div>`;
}

function badges({ findings, wasted }: Statement): TemplateResult {
  const kinds = findings.map(
    (kind) => html`<span class="tag warn">${kind === 'n+1' ? 'N+1' : 'duplicate'}</span>`,
  );
  return html`${kinds}
    ${wasted > 0 ? html`<span class="warn">${duration(wasted)} wasted</span>` : nothing}`;
}

function where({ panel }: Opened, { site, template }: Statement): TemplateResult {
  const name = site?.['code.function.name'];
  return html`${template ? html`${placeLink(panel, template)} <span class="dim">in</span>` : nothing}
    ${site ? placeLink(panel, site) : html`<span class="dim">not from your own code</span>`}
    ${name ? html`<span class="dim">${visible(name)}</span>` : nothing}`;
}

/** Its part of what the database took, as a bar under the figure. */
const part = (share: number): TemplateResult =>
  html`<i class="part" .style=${`width: ${Math.round(100 * Math.min(1, share))}%`}></i>`;

function cells(opened: Opened, statement: Statement, whole: number): TemplateResult {
  const { panel } = opened;
  const { key, text, total, longest, rows, errors } = statement;
  const isOpen = panel.pane.toggles.has(key);
  return html`<span role="cell" class="number s-count">${count(statement.count)}×</span>
    <span role="cell" class="number s-total"
      >${duration(total)}${part(whole > 0 ? total / whole : 0)}</span
    >
    <span role="cell" class="number s-longest">${duration(longest)}</span>
    <span role="cell" class="number s-rows">${rows === null ? '' : count(rows)}</span>
    <span role="cell" class="s-first">
      <button
        class="statement-toggle"
        aria-expanded=${isOpen}
        @click=${() => panel.pane.toggle(key)}
      >
        ${icon(isOpen ? 'chevron-down' : 'chevron-right')}<code>${sqlLine(text)}</code>
      </button>
      <span class="statement-where">
        ${where(opened, statement)} ${badges(statement)}
        ${errors > 0 ? html`<span class="bad">${icon('error')} ${plural(errors, 'error')}</span>` : nothing}
      </span>
    </span>`;
}

function body(opened: Opened, statement: Statement): TemplateResult {
  const { panel } = opened;
  const { text, system, namespace } = statement;
  const copy = { icon: 'copy', title: 'Copy SQL', action: () => void panel.copy(text) };
  return html`<div class="statement-body">
    <div class="code-block">${sqlBlock(text)} ${iconButton(copy)}</div>
    ${system ? html`<p class="dim">${visible(`${system} ${namespace ?? ''}`)}</p>` : nothing}
    ${executionsView(opened, statement)}
  </div>`;
}

function statementView(opened: Opened, statement: Statement, whole: number): TemplateResult {
  return html`<div class="statement" role="rowgroup">
    <div class="statement-head" role="row">${cells(opened, statement, whole)}</div>
    ${opened.panel.pane.toggles.has(statement.key) ? body(opened, statement) : nothing}
  </div>`;
}

export function sqlView(opened: Opened): unknown {
  const { panel, row, details } = opened;
  if (!details.trace) return icon('loading', 'spin');
  const statements = statementsOf(details.trace);
  const total = row.ended?.totals.sql ?? { count: 0, duration: 0 };
  return html`<p>
      <b>${plural(total.count, 'query', 'queries')}</b> of
      ${plural(statements.length, 'statement')} took <b>${duration(total.duration)}</b>
    </p>
    <div class="statements" role="table" aria-label="Statements">
      <div role="rowgroup">${header(opened)}</div>
      ${repeat(
        sorted(statements, panel.state.order),
        ({ key }) => key,
        (statement) => statementView(opened, statement, total.duration),
      )}
    </div>`;
}
