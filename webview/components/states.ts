/** What the page says when there is no list to show, or something is wrong. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ServerEvent, ServerState } from '../../server/stream/protocol.ts';
import { count, plural, shortPath } from '../format.ts';
import { loadOf } from '../model/health.ts';
import type { Death } from '../model/rows.ts';
import type { ViewName } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { beginning, visible } from '../visible.ts';
import { exceptionView } from './exception.ts';
import { icon, iconButton } from './parts.ts';

const CONNECTIONS: Record<Panel['connection'], string> = {
  unknown: '',
  connected: '',
  lost: 'Connection to the server lost. Reconnecting…',
  stopped: 'The server has stopped. What it did is kept until another one starts.',
};

function connectionBanner(panel: Panel): TemplateResult | typeof nothing {
  const text = CONNECTIONS[panel.connection];
  if (!text || panel.store.server === null) return nothing;
  return html`<div class="banner" role="alert">${icon('debug-disconnect')} ${text}</div>`;
}

/** Under load not everything is told. */
function loadBanner(panel: Panel): TemplateResult | typeof nothing {
  const load = loadOf(panel.store);
  if (!load) return nothing;
  const one = load.full > 0 ? Math.max(1, Math.round(load.rate / load.full)) : null;
  const share = one === null ? '' : ` About 1 in ${count(one)} is told in full, and`;
  return html`<div class="banner" role="status">
    ${icon('dashboard')} Load: ${count(load.rate)} requests/s.${share || ' Told are'} all that failed
    and the slowest; the charts count every one.
  </div>`;
}

function endOf({ exit }: Death['worker']): string {
  return exit?.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit?.code}`;
}

function deathBanner(panel: Panel): TemplateResult | typeof nothing {
  const { death } = panel.store;
  if (!death || panel.dismissals.isDismissed(death)) return nothing;
  const { worker, requests } = death;
  const [request] = requests;
  const during = request
    ? html` while it answered
        <button class="link" @click=${() => panel.showRequest(request.head.request)}>
          ${visible(`${beginning(request.head['http.request.method'])} ${beginning(request.head['url.path'])}`)}</button
        >${requests.length > 1 ? ` and ${requests.length - 1} more` : ''}`
    : nothing;
  return html`<div class="banner" role="alert">
    ${icon('error', 'bad')}
    <span>Worker ${worker.worker} (pid ${worker['process.pid']}) ${endOf(worker)}${during}.</span>
    ${iconButton({ icon: 'close', title: 'Dismiss', action: () => panel.dismissals.dismissDeath() })}
  </div>`;
}

/** One at a time: the worst. */
export function banner(panel: Panel): unknown {
  const all: unknown[] = [connectionBanner(panel), deathBanner(panel), loadBanner(panel)];
  return all.find((one) => one !== nothing) ?? nothing;
}

export function notice(panel: Panel): TemplateResult | typeof nothing {
  if (!panel.notice) return nothing;
  return html`<div class="notice" role="status">
    ${panel.notice}
    ${iconButton({ icon: 'close', title: 'Dismiss', action: () => panel.tell('') })}
  </div>`;
}

/** The newest generation could not be imported: that is what the person wants to see first. */
export function failureView(panel: Panel): TemplateResult | typeof nothing {
  const failure = panel.store.failure;
  if (!failure || !panel.dismissals.failureShown) return nothing;
  const { reload, exception } = failure;
  const root = panel.store.server?.root ?? '';
  const files = reload.files.map((file) => shortPath(file, root)).join(', ');
  return html`<section class="failure" aria-label="Broken generation">
    <header>
      <h2>Generation ${reload.generation} could not be imported</h2>
      <button class="button" @click=${() => panel.dismissals.dismissFailure()}>Show Requests</button>
    </header>
    <p>
      ${files ? html`Changed: <b>${visible(files)}</b>. ` : nothing}Requests are answered with this traceback
      until the next good save.
    </p>
    ${exception ? exceptionView(panel, exception) : nothing}
  </section>`;
}

const addressLink = (panel: Panel, address: string): TemplateResult =>
  address.startsWith('http')
    ? html`<button class="link" @click=${() => panel.openExternal(address)}>${address}</button>`
    : html`<code>${address}</code>`;

const STATES: Record<ServerState, string> = {
  starting: 'Starting',
  running: 'Serving',
  reloading: 'Reloading',
  broken: 'Cannot import',
  stopping: 'Stopping',
};

function serving(panel: Panel, server: ServerEvent): TemplateResult {
  const { workers, threads, generation } = server;
  const size = `${plural(workers, 'worker')} × ${plural(threads, 'thread')}`;
  const python = server['process.runtime.version'];
  return html`<p class="big">${STATES[server.state]} <b>${visible(server.app)}</b></p>
    <p>${server.addresses.map((address) => addressLink(panel, address))}</p>
    <p class="dim">${size} · generation ${generation} · Python ${python}</p>`;
}

function noServer(panel: Panel): TemplateResult {
  if (panel.host === 'tab') return html`<p class="big">Connecting to the server…</p>`;
  return html`<p class="big">No server is running.</p>
    <p>Run <b>Prefork: Start Server</b> from the Command Palette.</p>`;
}

const NOTHING_YET: Record<ViewName, string> = {
  requests: 'No request yet.',
  logs: 'No log line yet.',
  charts: 'No second with a request yet.',
  routes: 'No request to a route yet.',
};

function nothingYet(panel: Panel): TemplateResult {
  const address = panel.store.server?.addresses.find((one) => one.startsWith('http'));
  const button = html`<button
    class="button"
    @click=${() => panel.openExternal(address ?? '')}
  >
    Open Browser
  </button>`;
  return html`<p class="next">${NOTHING_YET[panel.state.view]}</p>
    ${address ? button : nothing}`;
}

function hiddenByFilter(panel: Panel, hidden: number): TemplateResult {
  const noun = panel.state.view === 'requests' ? 'row' : 'line';
  return html`<p class="big">${plural(hidden, noun)} hidden by the filter</p>
    <button class="button" @click=${() => panel.filtering.clear()}>Clear Filter</button>`;
}

/** `total` is what there would be without the filter. */
export function emptyState(panel: Panel, total: number): TemplateResult {
  const { server } = panel.store;
  const content =
    total > 0 && !panel.lists.filter.empty
      ? hiddenByFilter(panel, total)
      : server
        ? [serving(panel, server), nothingYet(panel)]
        : noServer(panel);
  return html`<div class="empty">${content}</div>`;
}
