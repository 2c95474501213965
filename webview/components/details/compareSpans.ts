/** Spans of two requests side by side: how often, and how long, before and after. */

import { html, nothing, type TemplateResult } from 'lit';
import type { SpanDifference } from '../../../server/stream/comparison.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { count, duration } from '../../format.ts';
import { visible } from '../../visible.ts';
import { placeLink } from '../parts.ts';
import type { Opened } from './opened.ts';
import { sqlLine } from './sql.ts';
import { type Column, table } from './table.ts';

/** So many at first, and so many more at a time. */
const STEP = 50;
const MORE = 'compared spans';
const TEXT = 300;

const COLUMNS: Column[] = [
  { name: 'Span', className: 'what' },
  { name: 'Count' },
  // Left out where there is no room.
  { name: 'Time', className: 'number sent' },
  { name: 'Change' },
];

/** `12`, or `12 → 3` when it is other. */
function counts({ before, after }: SpanDifference): unknown {
  if (before.count === after.count) return html`<span class="dim">${count(after.count)}</span>`;
  return html`${count(before.count)} → <b>${count(after.count)}</b>`;
}

/** One that is not there takes no time: it is not "0 µs". */
const timeOf = ({ count: times, duration: time }: SpanDifference['before']): string =>
  times === 0 ? '–' : duration(time);

/** Half a millisecond, or a tenth, is noise. */
function changeOf(before: Microseconds, after: Microseconds): string {
  const by = after - before;
  if (Math.abs(by) < Math.max(500, before / 10)) return 'dim';
  return by < 0 ? 'faster' : 'slower';
}

function change({ before, after }: SpanDifference): TemplateResult | string {
  const by = after.duration - before.duration;
  if (by === 0) return '';
  const sign = by < 0 ? '−' : '+';
  const className = changeOf(before.duration, after.duration);
  return html`<span class=${className}>${sign}${duration(Math.abs(by))}</span>`;
}

function stateOf({ before, after }: SpanDifference): TemplateResult | typeof nothing {
  if (before.count === 0) return html`<span class="tag">new</span>`;
  return after.count === 0 ? html`<span class="tag">gone</span>` : nothing;
}

function differenceRow({ panel }: Opened, difference: SpanDifference): TemplateResult {
  const { kind, text, site, before, after } = difference;
  return html`<tr>
    <td class="what">
      <span class="kind-${kind}"><i class="key"></i><span class="dim">${kind}</span></span>
      ${stateOf(difference)}
      <code class="two-lines">${kind === 'sql' ? sqlLine(text) : visible(text.slice(0, TEXT))}</code>
      ${site ? html`<span class="place">${placeLink(panel, site)}</span>` : nothing}
    </td>
    <td class="number">${counts(difference)}</td>
    <td class="number sent">${timeOf(before)} → ${timeOf(after)}</td>
    <td class="number">${change(difference)}</td>
  </tr>`;
}

export function differencesView(
  opened: Opened,
  spans: readonly SpanDifference[],
): TemplateResult | typeof nothing {
  if (spans.length === 0) return nothing;
  const { pane } = opened.panel;
  const shown = STEP * (1 + pane.toggles.level(MORE));
  const rows = spans.slice(0, shown).map((difference) => differenceRow(opened, difference));
  const more = spans.length - shown;
  return html`${table('Spans before and after', COLUMNS, rows)}
  ${
    more > 0
      ? html`<button class="link" @click=${() => pane.showMore(MORE)}>
          ${count(Math.min(STEP, more))} more of ${count(more)}
        </button>`
      : nothing
  }`;
}
