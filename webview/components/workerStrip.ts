/** One chip a worker: its state, how long it has been busy; and which generation answers. */

import { html, nothing, type TemplateResult } from 'lit';
import type { WorkerEvent, WorkerState } from '../../server/stream/protocol.ts';
import { count, duration } from '../format.ts';
import { durationOf, type RequestRow } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { icon } from './parts.ts';

const ICONS: Record<WorkerState, TemplateResult> = {
  booting: icon('loading', 'spin'),
  ready: icon('circle-filled', 'good'),
  retiring: icon('circle', 'dim'),
  paused: icon('debug-pause', 'warn'),
  broken: icon('error', 'bad'),
  exited: icon('circle-slash', 'bad'),
};

/** What it has been at for how long, the oldest first; empty when it is idle. */
function busy(panel: Panel, worker: WorkerEvent): RequestRow[] {
  return panel.store
    .inFlight()
    .filter((row) => row.head['process.pid'] === worker['process.pid'])
    .toSorted((a, b) => a.started - b.started);
}

function busyWords(panel: Panel, requests: RequestRow[]): string {
  const [oldest, ...others] = requests;
  if (!oldest) return '';
  const more = others.length > 0 ? ` +${others.length}` : '';
  const time = duration(durationOf(oldest, panel.store.clock.now()));
  return `${time} ${beginning(oldest.head['url.path'])}${more}`;
}

function word(panel: Panel, worker: WorkerEvent): string {
  if (worker.state === 'paused') return paused(worker);
  return worker.state === 'ready' ? busyWords(panel, busy(panel, worker)) : worker.state;
}

function paused({ paused_at, reload_pending }: WorkerEvent): string {
  return `paused at ${paused_at ?? '?'}${reload_pending ? ' · reload pending' : ''}`;
}

function tooltip(worker: WorkerEvent): string {
  const boot = worker.boot === undefined ? '' : ` · imported in ${duration(worker.boot)}`;
  const { generation, requests, steered } = worker;
  const state = `${worker.state}${steered ? ' · takes all requests' : ''}`;
  const facts = `pid ${worker['process.pid']} · generation ${generation}${boot}`;
  return `Worker ${worker.worker}: ${state} · ${facts} · ${count(requests)} requests. Click to filter; right-click for more.`;
}

const menuOf = (panel: Panel, { worker, steered }: WorkerEvent): MenuItem[] => [
  { text: 'Show Only Its Requests', action: () => panel.filtering.toggle(`worker:${worker}`) },
  { text: 'Restart Worker', action: () => void panel.workers.restart(worker) },
  { text: 'Debug Worker', action: () => void panel.workers.debug(worker) },
  {
    text: steered ? 'Send Requests to All Workers' : 'Send All Requests Here',
    action: () => void panel.workers.steer(steered ? null : worker),
  },
];

const openMenu = (panel: Panel, worker: WorkerEvent, event: MouseEvent): void =>
  openMenuAt(panel, event, {
    label: `Worker ${worker.worker}`,
    items: () => menuOf(panel, worker),
  });

function chip(panel: Panel, worker: WorkerEvent): TemplateResult {
  const filter = `worker:${worker.worker}`;
  const isBusy = worker.state === 'ready' && busy(panel, worker).length > 0;
  return html`<button
    class="worker ${worker.state}"
    title=${tooltip(worker)}
    aria-pressed=${panel.lists.filter.text.split(/\s+/).includes(filter)}
    aria-haspopup="menu"
    @click=${() => panel.filtering.toggle(filter)}
    @contextmenu=${(event: MouseEvent) => openMenu(panel, worker, event)}
  >
    ${isBusy ? icon('loading', 'spin') : ICONS[worker.state]} ${worker.worker}
    <span class="doing">${word(panel, worker)}</span>
  </button>`;
}

function generation(panel: Panel): TemplateResult | typeof nothing {
  const { store } = panel;
  if (store.generation === 0) return nothing;
  const took = store.reloadDuration;
  if (store.server?.state === 'reloading') {
    return html`<span class="generation">gen ${store.generation} ${icon('loading', 'spin')}</span>`;
  }
  const how = store.failure ? html`<b class="bad">failed</b>` : took === null ? '' : duration(took);
  return html`<span class="generation" title="Generation of the code; from save to every answer new">
    gen ${store.generation} <span class="dim">${how}</span>
  </span>`;
}

export const workerStrip = (panel: Panel): TemplateResult => html`<div
  class="strip"
  role="group"
  aria-label="Workers"
>
  ${panel.store.workers.map((worker) => chip(panel, worker))} ${generation(panel)}
</div>`;
