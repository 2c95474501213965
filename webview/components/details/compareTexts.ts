/** Headers and bodies of two requests side by side: what is other, with a sign besides its colour. */

import { html, nothing, type TemplateResult } from 'lit';
import type {
  Comparison,
  DiffLine,
  FieldDifference,
  LineChange,
} from '../../../server/stream/comparison.ts';
import { count, plural } from '../../format.ts';
import { beginning, visible } from '../../visible.ts';
import type { Opened } from './opened.ts';

const side = (sign: string, className: string, value: string | null): unknown =>
  value === null
    ? nothing
    : html`<span class="diff-line ${className}"><i aria-hidden="true">${sign}</i>${beginning(value)}</span>`;

function fieldRow({ name, before, after }: FieldDifference): TemplateResult {
  return html`<tr>
    <th scope="row">${visible(name)}</th>
    <td>
      ${side('−', 'gone', before)}${side('+', 'new', after)}
      <span class="sr">${before === null ? 'only in B' : after === null ? 'only in A' : ''}</span>
    </td>
  </tr>`;
}

export function fieldsDiff(
  label: string,
  fields: readonly FieldDifference[],
): TemplateResult | typeof nothing {
  if (fields.length === 0) return nothing;
  return html`<table class="fields" aria-label=${label}>
    <tbody>
      ${fields.map(fieldRow)}
    </tbody>
  </table>`;
}

const SIGNS: Record<LineChange, string> = { same: ' ', gone: '−', new: '+' };
/** For those who hear it. */
const SPOKEN: Record<LineChange, string> = { same: '', gone: 'removed: ', new: 'added: ' };

function lineView(line: DiffLine): TemplateResult {
  if ('skipped' in line) {
    return html`<span class="diff-line skipped">⋯ ${plural(line.skipped, 'line')} as before</span>`;
  }
  const { change, text } = line;
  return html`<span class="diff-line ${change}"
    ><i aria-hidden="true">${SIGNS[change]}</i><span class="sr">${SPOKEN[change]}</span>${beginning(text)}</span
  >`;
}

const STEP = 300;
const MORE = 'compared body';

/** Null: not known. */
export function bodyDiff(
  { panel }: Opened,
  body: Comparison['response']['body'],
): TemplateResult | typeof nothing {
  if (body === null) return html`<p class="dim">Not text, or not kept.</p>`;
  if (body.length === 0) return html`<p class="dim">The same.</p>`;
  const shown = STEP * (1 + panel.pane.toggles.level(MORE));
  const more = body.length - shown;
  return html`<div class="code diff" role="group" aria-label="Response body, from A to B" tabindex="0">
      ${body.slice(0, shown).map(lineView)}
    </div>
    ${
      more > 0
        ? html`<button class="link" @click=${() => panel.pane.showMore(MORE)}>
            ${count(Math.min(STEP, more))} more of ${count(more)} lines
          </button>`
        : nothing
    }`;
}
