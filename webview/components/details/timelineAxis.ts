/** Above the spans: the scale of time, and when log lines and exceptions came. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { duration, plural } from '../../format.ts';
import { type Range, spot } from '../../model/trace/scale.ts';
import type { TabName } from '../../model/viewState.ts';
import { visible } from '../../visible.ts';
import type { Opened } from './opened.ts';
import type { Timeline } from './timeline.ts';

const at = (range: Range, time: Microseconds): string => `left:${spot(range, time, 0)?.[0] ?? 0}%`;

export const axis = (range: Range, times: Microseconds[]): TemplateResult => html`<div
  class="t-line"
  aria-hidden="true"
>
  <span class="t-axis">
    ${times.map((time) => html`<span class="t-tick" .style=${at(range, time)}>${time === 0 ? '0' : duration(time)}</span>`)}
  </span>
</div>`;

/** Behind the bars. */
export const gridLines = (range: Range, times: Microseconds[]): TemplateResult => html`<div
  class="t-line t-lines"
  role="presentation"
>
  <span class="t-axis">${times.map((time) => html`<i .style=${at(range, time)}></i>`)}</span>
</div>`;

interface Mark {
  time: Microseconds;
  tab: TabName;
  className: string;
  text: string;
}

/** Nearer to each other than this share of what is shown, only the worst of them is drawn. */
const NEAR = 1 / 300;

function marksOf({ row, details }: Opened): Mark[] {
  const logs = details.logs.map(
    (log): Mark => ({
      time: Math.max(0, log.time - row.started),
      tab: 'logs',
      className: `level-${log.severity_number}`,
      text: log.body,
    }),
  );
  const exceptions = details.exceptions.map(
    (exception): Mark => ({
      time: Math.max(0, exception.time - row.started),
      tab: 'exception',
      className: 'raised',
      text: exception['exception.type'],
    }),
  );
  // The worse comes later, and so lies above.
  return [...logs, ...exceptions];
}

function thinned(marks: Mark[], range: Range): Mark[] {
  const step = (range.to - range.from) * NEAR || 1;
  const inRange = marks.filter(({ time }) => time >= range.from && time <= range.to);
  return [...new Map(inRange.map((mark) => [Math.floor(mark.time / step), mark])).values()];
}

/** Each leads to where it is told in full; all of them are in those tabs for the keyboard, too. */
export function marks({ opened, range }: Timeline): TemplateResult | typeof nothing {
  const all = marksOf(opened);
  if (all.length === 0) return nothing;
  const drawn = thinned(all, range).map(
    ({ time, tab, className, text }) => html`<span
      class="t-mark ${className}"
      .style=${at(range, time)}
      title="${duration(time)}: ${visible(text.slice(0, 200))}"
      @click=${() => opened.panel.pane.showTab(tab)}
    ></span>`,
  );
  const { logs, exceptions } = opened.details;
  const said = [
    logs.length > 0 ? plural(logs.length, 'log line') : '',
    exceptions.length > 0 ? plural(exceptions.length, 'exception') : '',
  ]
    .filter(Boolean)
    .join(', ');
  return html`<div class="t-line">
    <span class="t-name dim">${said}</span>
    <span class="t-marks" role="img" aria-label=${said}>${drawn}</span>
  </div>`;
}
