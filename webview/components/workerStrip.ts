/** One chip a worker: its state, how long it has been busy; and which generation answers. */

import { html, nothing, type TemplateResult } from 'lit';
import type { WorkerEvent, WorkerState } from '../../server/stream/protocol.ts';
import { count, duration } from '../format.ts';
import { durationOf } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { icon } from './parts.ts';

const ICONS: Record<WorkerState, TemplateResult> = {
  booting: icon('loading', 'spin'),
  ready: icon('circle-filled', 'good'),
  retiring: icon('circle', 'dim'),
  paused: icon('debug-pause', 'warn'),
  broken: icon('error', 'bad'),
  exited: icon('circle-slash', 'bad'),
};

/** How long its oldest request has been running, in words; empty when it is idle. */
function busy(panel: Panel, worker: WorkerEvent): string {
  const now = panel.store.clock.now();
  const times = panel.store
    .inFlight()
    .filter((row) => row.head['process.pid'] === worker['process.pid'])
    .map((row) => durationOf(row, now));
  return times.length > 0 ? duration(Math.max(...times)) : '';
}

function word(panel: Panel, worker: WorkerEvent): string {
  if (worker.state === 'paused') return `paused ${worker.paused_at ?? ''}`;
  return worker.state === 'ready' ? busy(panel, worker) : worker.state;
}

function tooltip(worker: WorkerEvent): string {
  const boot = worker.boot === undefined ? '' : ` · imported in ${duration(worker.boot)}`;
  const { generation, requests, state } = worker;
  const facts = `pid ${worker['process.pid']} · generation ${generation}${boot}`;
  return `Worker ${worker.worker}: ${state} · ${facts} · ${count(requests)} requests. Click to filter; right-click for more.`;
}

/** Below the chip, within the page; its first entry takes the focus when it is drawn. */
function openMenu(panel: Panel, worker: number, event: MouseEvent): void {
  event.preventDefault();
  const chip = event.currentTarget as HTMLElement;
  const { bottom, right } = chip.getBoundingClientRect();
  const room = window.innerWidth - 180;
  panel.openMenu({ worker, top: bottom, right: Math.min(room, window.innerWidth - right) });
}

function chip(panel: Panel, worker: WorkerEvent): TemplateResult {
  const filter = `worker:${worker.worker}`;
  const isBusy = worker.state === 'ready' && busy(panel, worker) !== '';
  return html`<button
    class="worker ${worker.state}"
    title=${tooltip(worker)}
    aria-pressed=${panel.lists.filter.text.split(/\s+/).includes(filter)}
    aria-haspopup="menu"
    @click=${() => panel.toggleWord(filter)}
    @contextmenu=${(event: MouseEvent) => openMenu(panel, worker.worker, event)}
  >
    ${isBusy ? icon('loading', 'spin') : ICONS[worker.state]} ${worker.worker}
    <span class="dim">${word(panel, worker)}</span>
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
