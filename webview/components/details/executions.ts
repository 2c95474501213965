/** The single executions of a statement: when, how long, with which parameters; and their plan. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Plan } from '../../../server/stream/protocol.ts';
import type { Span } from '../../../server/stream/trace.ts';
import { count, duration, plural } from '../../format.ts';
import type { Explained } from '../../model/explains.ts';
import { isExplainable } from '../../model/sqlText.ts';
import type { Statement } from '../../model/trace/statements.ts';
import { visible } from '../../visible.ts';
import { icon } from '../parts.ts';
import type { Opened } from './opened.ts';

/** So many at a time: thousands of rows that nobody reads would hold up the page. */
const STEP = 50;

export function explainButton({ panel, row }: Opened, span: Span, index: number): TemplateResult {
  const { request } = row.head;
  const reason = isExplainable(span.text) ? '' : 'Only SELECT, INSERT, UPDATE, DELETE and WITH';
  const isAsked = panel.details.explains.get(request, index) === 'asked';
  return html`<button
    class="button small"
    ?disabled=${reason !== '' || isAsked}
    title=${reason || 'Ask the database for its plan; nothing is changed'}
    @click=${() => void panel.pane.explain(request, index)}
  >
    ${isAsked ? icon('loading', 'spin') : nothing} Explain
  </button>`;
}

const planView = ({ columns, rows }: Plan): TemplateResult => html`<div class="wide">
  <table class="plan" aria-label="Plan">
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${visible(column)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${visible(cell)}</td>`)}</tr>`)}
    </tbody>
  </table>
</div>`;

export function explainedView(told: Explained | undefined): TemplateResult | typeof nothing {
  if (told === undefined || told === 'asked') return nothing;
  if ('plan' in told) return planView(told.plan);
  return html`<p class="bad">${icon('error')} ${visible(told.error)}</p>`;
}

/** Rows, and for a batch how many executions it was. */
export function rowsOf({ attributes }: Span): string {
  const rows = attributes['db.response.returned_rows'];
  const batch = attributes['db.operation.batch.size'];
  const told = rows === undefined ? '' : plural(rows, 'row');
  return batch === undefined ? told : `${told} batch of ${count(batch)}`.trim();
}

function executionCells(span: Span): TemplateResult {
  const { parameters, fetch, late } = span.attributes;
  const error = span['error.type'];
  return html`<td class="number dim">at ${duration(span.start)}${late ? ' late' : ''}</td>
    <td class="number">
      ${duration(span.duration)}
      ${fetch ? html`<span class="dim">fetch ${duration(fetch)}</span>` : nothing}
    </td>
    <td class="number">${rowsOf(span)}</td>
    <td class="parameters">
      ${error ? html`<span class="bad">${icon('error')} ${visible(error)}</span>` : nothing}
      ${parameters === undefined ? nothing : html`<code>${visible(parameters)}</code>`}
    </td>`;
}

function executionView(opened: Opened, index: number): TemplateResult | typeof nothing {
  const span = opened.details.trace?.spans[index];
  if (!span) return nothing;
  const plan = explainedView(opened.panel.details.explains.get(opened.row.head.request, index));
  return html`<tr>
      ${executionCells(span)}
      <td>${explainButton(opened, span, index)}</td>
    </tr>
    ${plan === nothing ? nothing : html`<tr><td colspan="5">${plan}</td></tr>`}`;
}

function moreButton({ panel }: Opened, key: string, more: number) {
  if (more <= 0) return nothing;
  return html`<button class="link" @click=${() => panel.pane.showMore(key)}>
    ${count(Math.min(STEP, more))} more of ${count(more)}
  </button>`;
}

export function executionsView(opened: Opened, statement: Statement): TemplateResult {
  const { executions, key, count: total } = statement;
  const shown = STEP * (1 + opened.panel.pane.toggles.level(key));
  const unlisted = total - executions.length;
  return html`<div class="wide">
      <table class="executions" aria-label="Executions">
        <tbody>
          ${executions.slice(0, shown).map((index) => executionView(opened, index))}
        </tbody>
      </table>
    </div>
    ${moreButton(opened, key, executions.length - shown)}
    ${
      unlisted > 0
        ? html`<p class="dim">
            ${plural(unlisted, 'execution')} past the bound: counted, not kept one by one.
          </p>`
        : nothing
    }`;
}
