/** The request beside another one, in words and figures: its last run on the code before, or one chosen by hand. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Comparison, RequestEnded } from '../../../server/stream/protocol.ts';
import { clockTime, duration } from '../../format.ts';
import { beginning, visible } from '../../visible.ts';
import { fact, icon } from '../parts.ts';
import { differencesView } from './compareSpans.ts';
import { bodyDiff, fieldsDiff } from './compareTexts.ts';
import type { Opened } from './opened.ts';

/** Whether there is anything to compare it with. */
export const hasOther = ({ panel, row }: Opened): boolean =>
  row.ended !== null && panel.comparing.before(row) !== undefined;

function sideView({ panel }: Opened, letter: string, side: RequestEnded): TemplateResult {
  const query = side['url.query'] ? `?${side['url.query']}` : '';
  const path = `${side['http.request.method']} ${side['url.path']}${query}`;
  return html`<li>
    <b class="badge a">${letter}</b>
    <button class="link side-path" @click=${() => panel.showRequest(side.request)}>
      ${beginning(path)}
    </button>
    <span class="facts">
      ${fact('', String(side['http.response.status_code'] ?? 'no status'))}
      ${fact('', duration(side.duration))} ${fact('generation', side.generation)}
      ${fact('worker', side.worker)} ${fact('at', clockTime(side.started))}
    </span>
  </li>`;
}

function buttons({ panel, row }: Opened): TemplateResult {
  const { comparing } = panel;
  const button = (text: string, action: () => void): TemplateResult =>
    html`<button class="button small" @click=${action}>${text}</button>`;
  const canGoBack = comparing.isByHand(row) && row.ended?.before !== undefined;
  return html`<p class="compare-actions">
    ${button('Swap', () => comparing.swap(row))}
    ${canGoBack ? button('With the Code Before', () => comparing.compareWithBefore(row)) : nothing}
  </p>`;
}

function missingView({ missing }: Comparison): TemplateResult | typeof nothing {
  if (missing.length === 0) return nothing;
  const whose = missing.map((side) => (side === 'before' ? 'A' : 'B')).join(' and ');
  return html`<p class="told">
    ${icon('info', 'dim')}<span>The details of ${whose} are no longer kept: only totals are compared.</span>
  </p>`;
}

const section = (title: string, content: unknown): unknown =>
  content === nothing
    ? nothing
    : html`<section>
        <h4>${title}</h4>
        ${content}
      </section>`;

function comparisonView(opened: Opened, comparison: Comparison): TemplateResult {
  const { before, after, words, response, request_headers } = comparison;
  const isWhole = comparison.missing.length === 0;
  return html`<ol class="compare-sides" aria-label="Compared">
      ${sideView(opened, 'A', before)} ${sideView(opened, 'B', after)}
    </ol>
    ${buttons(opened)}
    <ul class="compare-words" aria-label="From A to B">
      ${words.map((word) => html`<li>${visible(word)}</li>`)}
    </ul>
    ${missingView(comparison)} ${section('Spans', differencesView(opened, comparison.spans))}
    ${section('Response headers', fieldsDiff('Response headers', response.headers))}
    ${isWhole ? section('Response body', bodyDiff(opened, response.body)) : nothing}
    ${section('Request headers', fieldsDiff('Request headers', request_headers))}`;
}

export function compareView(opened: Opened): unknown {
  const compared = opened.panel.comparing.of(opened.row);
  if (compared === undefined || compared === 'asked') return icon('loading', 'spin');
  if ('comparison' in compared) return comparisonView(opened, compared.comparison);
  return html`<p class="told">
    ${icon('info', 'dim')}<span>They could not be compared: ${visible(compared.error)}</span>
  </p>`;
}
