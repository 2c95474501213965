/** The view of rate and latency over time, with the reloads; and the same as a table. */

import { html, nothing, type TemplateResult } from 'lit';
import { clockTime, count, duration } from '../../format.ts';
import { quantile, type Rate, ratesOf } from '../../model/rates.ts';
import type { ReloadRow } from '../../model/rows.ts';
import type { Panel } from '../../panel.ts';
import type { Mark, PlotLook } from './plot.ts';
import './plot.ts';

/** What is shown, in seconds back from now. */
export const SPANS: readonly { seconds: number; name: string }[] = [
  { seconds: 60, name: '1 min' },
  { seconds: 300, name: '5 min' },
  { seconds: 1800, name: '30 min' },
];

/** Rows of the table. */
const MOST_ROWS = 30;

const formatTime = (seconds: number): string => clockTime(seconds * 1e6);
const formatSeconds = (seconds: number): string => duration(Math.round(seconds * 1e6));

const RATE: PlotLook = {
  lines: [
    { label: 'requests/s', colour: '--vscode-charts-blue', filled: true },
    { label: 'errors/s', colour: '--vscode-charts-red', filled: true },
  ],
  format: (value) => (value < 10 ? String(Math.round(value * 10) / 10) : count(Math.round(value))),
  formatTime,
};

const LATENCY: PlotLook = {
  lines: [
    { label: 'median', colour: '--vscode-charts-green' },
    { label: 'p95', colour: '--vscode-charts-orange' },
  ],
  format: formatSeconds,
  formatTime,
};

const marksOf = (reloads: readonly ReloadRow[]): Mark[] =>
  reloads.map(({ begun, reload }) => ({ time: begun / 1e6, text: `gen ${reload.generation}` }));

function plot(panel: Panel, name: string, look: PlotLook, data: unknown, marks: Mark[]) {
  return html`<section class="chart" aria-label=${name}>
    <h3>${name}</h3>
    <prefork-plot
      aria-hidden="true"
      .look=${look}
      .data=${data}
      .marks=${marks}
      .onSelected=${(from: number, to: number) => panel.filtering.showRange(from, to)}
    ></prefork-plot>
  </section>`;
}

const orNone = (seconds: number | null): string =>
  seconds === null ? '–' : formatSeconds(seconds);

function valuesRow(panel: Panel, rate: Rate, step: number, reloads: readonly ReloadRow[]) {
  const end = rate.time + step;
  const within = reloads.filter(({ begun }) => begun / 1e6 >= rate.time && begun / 1e6 < end);
  const marks = within.map(({ reload }) => `gen ${reload.generation}`).join(', ');
  return html`<tr>
    <th scope="row">
      <button class="link" @click=${() => panel.filtering.showRange(rate.time, end - 1)}>
        ${formatTime(rate.time)}
      </button>
    </th>
    <td>${count(rate.requests)}</td>
    <td>${count(rate.errors)}</td>
    <td>${orNone(quantile(rate, 0.5))}</td>
    <td>${orNone(quantile(rate, 0.95))}</td>
    <td>${marks}</td>
  </tr>`;
}

/** For those who do not see the charts, and for exact figures. */
function values(panel: Panel, from: number, to: number, reloads: readonly ReloadRow[]) {
  const step = Math.max(1, Math.ceil((to - from) / MOST_ROWS));
  const rates = ratesOf(panel.store.metrics, from, to, step).toReversed();
  return html`<details class="chart-values">
    <summary>The same as a table, by ${step} s</summary>
    <table aria-label="Rate and latency">
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Requests</th>
          <th scope="col">Errors</th>
          <th scope="col">Median</th>
          <th scope="col">p95</th>
          <th scope="col">Reloads</th>
        </tr>
      </thead>
      <tbody>
        ${rates
          .filter(({ requests }) => requests > 0)
          .map((rate) => valuesRow(panel, rate, step, reloads))}
      </tbody>
    </table>
  </details>`;
}

const spanButton = (panel: Panel, { seconds, name }: (typeof SPANS)[number]): TemplateResult =>
  html`<button
    class="tab"
    aria-pressed=${panel.state.span === seconds}
    @click=${() => panel.setSpan(seconds)}
  >
    ${name}
  </button>`;

export function chartsView(panel: Panel): TemplateResult | typeof nothing {
  const { store, state } = panel;
  const last = store.metrics.at(-1);
  if (!last) return nothing;
  const to = Math.floor(Math.max(last.time, store.clock.now()) / 1e6);
  const from = to - state.span;
  const rates = ratesOf(store.metrics, from, to);
  const times = rates.map(({ time }) => time);
  const reloads = store.rows.filter((row) => row.kind === 'reload');
  const marks = marksOf(reloads);
  const rate = [times, rates.map((one) => one.requests), rates.map((one) => one.errors)];
  const latency = [times, ...[0.5, 0.95].map((share) => rates.map((one) => quantile(one, share)))];
  return html`<div class="charts" tabindex="0">
    <div class="chart-spans" role="group" aria-label="Time shown">
      ${SPANS.map((span) => spanButton(panel, span))}
      <span class="dim">Drag over a chart to see the requests of that time.</span>
    </div>
    ${plot(panel, 'Requests a second', RATE, rate, marks)}
    ${plot(panel, 'Latency', LATENCY, latency, marks)} ${values(panel, from, to, reloads)}
  </div>`;
}
