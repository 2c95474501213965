/** What the tree says of a worker. Pure. */

import type { RequestStarted, WorkerEvent, WorkerState } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import type { ServerModel, Used } from '../serverModel.ts';

/** A worker with what it does and uses. */
export interface Shown {
  event: WorkerEvent;
  used: Used | undefined;
  /** The oldest first. */
  running: RequestStarted[];
}

export function shownOf(model: ServerModel, event: WorkerEvent): Shown {
  const pid = event['process.pid'];
  return { event, used: model.used(pid), running: model.running(pid) };
}

/** A state's name, for a person. */
export function stateOf({ state }: WorkerEvent): string {
  const names: Record<WorkerState, string> = {
    booting: l10n.t('booting'),
    ready: l10n.t('ready'),
    retiring: l10n.t('retiring'),
    paused: l10n.t('paused'),
    broken: l10n.t('broken'),
    exited: l10n.t('exited'),
  };
  return names[state];
}

/**
 * What is worth knowing first: a narrow side bar cuts the rest.
 * @param now milliseconds since the epoch
 */
export function describe({ event, used, running }: Shown, now: number): string {
  const [current] = running;
  const { requests, generation } = event;
  const paused = event.state === 'paused';
  const state = paused ? l10n.t('paused at {0}', event.paused_at ?? '?') : stateOf(event);
  const facts = [
    event.reload_pending && l10n.t('reload pending'),
    event.state !== 'ready' && state,
    event.steered && l10n.t('takes all requests'),
    current && runningText(current, now),
    requests === 1 ? l10n.t('1 request') : l10n.t('{0} requests', requests),
    used && megabytes(used.memory),
    used && used.share !== null && percent(used.share),
    l10n.t('gen {0}', generation),
    l10n.t('pid {0}', event['process.pid']),
  ];
  return facts.filter((fact) => typeof fact === 'string').join(' · ');
}

/** @param now milliseconds since the epoch */
export function tooltip(shown: Shown, now: number): string {
  const { event, running } = shown;
  const lines = [l10n.t('Worker {0}: {1}', event.worker, describe(shown, now))];
  for (const request of running.slice(1)) lines.push(runningText(request, now));
  if (event.boot) lines.push(l10n.t('Ready {0} ms after its fork', Math.round(event.boot / 1000)));
  const { debugger: listening } = event;
  if (listening) lines.push(l10n.t('debugpy listens on {0}:{1}', listening.host, listening.port));
  if (event.attached) lines.push(l10n.t('A debugger is attached'));
  return lines.join('\n');
}

function runningText(request: RequestStarted, now: number): string {
  const seconds = Math.max(0, Math.round(now / 1000 - request.time / 1_000_000));
  const { 'http.request.method': method, 'url.path': path } = request;
  return l10n.t('{0} {1} for {2} s', method, path, seconds);
}

const megabytes = (bytes: number) => l10n.t('{0} MB', Math.round(bytes / 1e6));
const percent = (share: number) => l10n.t('{0} % CPU', Math.round(share * 100));
