/** What happened, in words first: what is wrong, where the time went, who answered. */

import { html, nothing, type TemplateResult } from 'lit';
import type { RequestEnded, RequestHead } from '../../../server/stream/protocol.ts';
import { bytes, duration, exactTime, plural } from '../../format.ts';
import { type Change, changeOf, changeWords } from '../../model/change.ts';
import { durationOf, isInFlight } from '../../model/rows.ts';
import { viewPlace } from '../../model/trace/places.ts';
import { visible } from '../../visible.ts';
import { exceptionLine } from '../exception.ts';
import { fact, icon, placeLink } from '../parts.ts';
import { phasesView } from '../phases.ts';
import { findingsView } from './findings.ts';
import type { Opened } from './opened.ts';
import { profiledView } from './profiled.ts';
import { sharesView } from './sharesView.ts';

const CHANGES: Record<Change['change'], string> = {
  faster: 'arrow-down',
  slower: 'arrow-up',
  same: 'check',
};

const line = (sign: TemplateResult, text: unknown): TemplateResult =>
  html`<p class="told">${sign}<span>${text}</span></p>`;

function stateView({ row }: Opened): unknown {
  if (row.abandoned) return line(icon('error', 'bad'), 'Its worker died while it ran.');
  if (isInFlight(row)) return line(icon('loading', 'spin'), 'Still running.');
  if (!row.ended?.client_gone) return nothing;
  return line(icon('debug-disconnect'), 'The client left before the answer was complete.');
}

/** What cannot be shown, and why. */
function missingView({ row, details }: Opened): unknown {
  const { trace, missing } = details;
  const info = icon('info', 'dim');
  if (row.ended?.detail === 'summary' && !row.abandoned && !trace) {
    return line(info, 'Told in summary: under load only some requests are told of in full.');
  }
  if (missing === 'gone' && !row.abandoned) return line(info, 'Its details are no longer kept.');
  if (missing !== null && typeof missing === 'object') {
    return line(info, `Its details could not be had: ${missing.error}`);
  }
  return trace ? cutView(info, details.trace) : nothing;
}

function cutView(info: TemplateResult, trace: Opened['details']['trace']): unknown {
  const spans = trace?.groups.reduce((sum, group) => sum + group.count, 0) ?? 0;
  if (spans === 0) return nothing;
  return line(info, `${plural(spans, 'span')} past the bound: counted, not kept one by one.`);
}

function exceptionsView({ panel, details }: Opened): unknown {
  return details.exceptions.map((exception) => exceptionLine(panel, exception));
}

function whatView({ panel, row, details }: Opened): unknown {
  const { ended } = row;
  if (!ended?.['http.route'] && !ended?.view) return nothing;
  const place = viewPlace(details.trace);
  return html`<dl class="pairs">
    ${ended['http.route'] ? html`<dt>Route</dt><dd><code>${visible(ended['http.route'])}</code></dd>` : nothing}
    ${
      ended.view
        ? html`<dt>View</dt>
            <dd>
              <code>${visible(ended.view)}</code>
              ${place ? placeLink(panel, place) : nothing}
              ${ended.framework ? html`<span class="dim">${ended.framework}</span>` : nothing}
            </dd>`
        : nothing
    }
  </dl>`;
}

/** What it repeats, or where it came from. */
function originView({ panel, row }: Opened): unknown {
  const { replay_of: original, imported } = row.head;
  if (imported)
    return line(icon('file-symlink-file', 'dim'), `From a ${imported.toUpperCase()} file.`);
  if (!original) return nothing;
  const open = html`<button class="link" @click=${() => panel.showRequest(original)}>
    that request
  </button>`;
  const other = panel.store.request(original);
  const compare = html`<button class="link" @click=${() => panel.comparing.compare(original, row)}>
    compare
  </button>`;
  return line(
    icon('debug-restart', 'dim'),
    html`A replay of ${open}${other && row.ended ? html` · ${compare}` : nothing}`,
  );
}

/** Against the last run on the code before. */
function beforeView({ panel, row }: Opened): unknown {
  const before = row.ended?.before;
  if (!row.ended || !before) return nothing;
  const { change } = changeOf(row.ended, before);
  const compare = () => panel.comparing.compareWithBefore(row);
  return html`<p class="told">
    ${icon(CHANGES[change], change)}
    <span
      >Generation ${before.generation} → ${row.head.generation}:
      <b>${changeWords(row.ended, before)}</b>
      <button class="link" @click=${compare}>Compare</button></span
    >
  </p>`;
}

function measured(ended: RequestEnded): TemplateResult {
  const { cpu, own } = ended;
  const cost = ended.duration > 0 ? ` (${((100 * own) / ended.duration).toFixed(1)} %)` : '';
  return html`${cpu === null ? nothing : fact('processor', duration(cpu))}
    ${fact('in', bytes(ended['http.request.body.size']))}
    ${fact('out', bytes(ended['http.response.body.size']))}
    ${own > 0 ? fact('tracing cost', `${duration(own)}${cost}`) : nothing}`;
}

const whereFacts = (head: RequestHead): TemplateResult => html`
  ${fact('worker', head.worker)} ${fact('generation', head.generation)}
  ${fact('pid', head['process.pid'])} ${fact('thread', head['thread.id'])}
`;

function factsView({ panel, row }: Opened): TemplateResult {
  const { head, ended } = row;
  return html`<p class="facts">
      ${fact('', duration(durationOf(row, panel.store.clock.now())))}
      ${ended ? measured(ended) : nothing}
    </p>
    <p class="facts">
      ${head.imported ? nothing : whereFacts(head)}
      ${fact('client', visible(head['client.address']))} ${fact('at', exactTime(row.started))}
      ${fact('trace', html`<code>${visible(head.trace_id)}</code>`)}
    </p>`;
}

const section = (title: string, content: unknown): TemplateResult => html`<section>
  <h4>${title}</h4>
  ${content}
</section>`;

export function summaryView(opened: Opened): TemplateResult {
  const { row, details } = opened;
  const shares = row.ended ? sharesView(row.ended, details.trace) : nothing;
  return html`
    ${stateView(opened)} ${exceptionsView(opened)} ${findingsView(opened)}
    ${profiledView(opened)} ${beforeView(opened)} ${originView(opened)}
    ${missingView(opened)}
    ${whatView(opened)} ${factsView(opened)}
    ${row.ended ? section('Time', phasesView(row.ended)) : nothing}
    ${shares === nothing ? nothing : section('In the app', shares)}
  `;
}
