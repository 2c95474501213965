/** What the status bar says of a server. Pure. */

import { l10n } from '../l10n.ts';
import type { ServerHost } from '../serverHost.ts';

export interface Status {
  text: string;
  tooltip: string;
  /** For a screen reader: the text without its icon. */
  label: string;
  broken: boolean;
  /** It will say something else soon. */
  brief: boolean;
}

type Shown = Pick<ServerHost, 'state' | 'server' | 'options'>;

/**
 * @param since milliseconds since the epoch: a reload that ended after it is still told
 * @param others how many servers there are besides
 * @returns undefined when there is nothing to show
 */
export function statusOf(host: Shown, since: number, others = 0): Status | undefined {
  if (host.state === 'stopped') return undefined;
  const { icon, words, brief } = wordsOf(host, since);
  const name = host.options?.app.split(':')[0] ?? 'app';
  const more = others > 0 ? [l10n.t('+{0}', others)] : [];
  const label = [`${name}${portOf(host)}`, ...words, ...more].join(' · ');
  const broken = host.state === 'broken';
  return {
    text: `$(${icon}) ${label}`,
    label: `Prefork: ${label}`,
    tooltip: tooltipOf(host),
    broken,
    brief,
  };
}

function wordsOf({ state, server }: Shown, since: number) {
  const told = (icon: string, words: string[], brief = false) => ({ icon, words, brief });
  const reload = server?.model.reload;
  if (state === 'starting') return told('loading~spin', [l10n.t('starting')]);
  if (state === 'stopping') return told('loading~spin', [l10n.t('stopping')]);
  if (state === 'reloading') return told('loading~spin', [l10n.t('reloading')]);
  if (state === 'broken') return told('error', [l10n.t('broken')]);
  const generation = l10n.t('gen {0}', server?.model.server?.generation ?? 1);
  const fresh =
    reload?.phase === 'ready' && reload.reason !== 'start' && reload.time / 1000 > since;
  if (!fresh || reload.duration === undefined) return told('rocket', [generation]);
  return told(
    'rocket',
    [generation, l10n.t('reloaded in {0}', milliseconds(reload.duration))],
    true,
  );
}

const milliseconds = (duration: number) =>
  l10n.t('{0} ms', Math.max(1, Math.round(duration / 1000)));

function portOf({ server }: Shown): string {
  const address = server?.info.addresses[0];
  if (!address?.startsWith('http')) return '';
  return ` :${new URL(address).port || '80'}`;
}

function tooltipOf({ server, options }: Shown): string {
  if (!options) return '';
  const told = server?.model.server;
  const reload = server?.model.reload;
  const lines = [
    l10n.t('{0} in {1}', options.app, options.root),
    ...(server?.info.addresses ?? []),
    l10n.t('Python {0} at {1}', told?.['process.runtime.version'] ?? '', options.python),
  ];
  if (options.pythonSource) lines.push(l10n.t('Python from {0}', options.pythonSource));
  if (told) lines.push(l10n.t('{0} workers × {1} threads', told.workers, told.threads));
  const steered = server?.model.workers.find((worker) => worker.steered);
  if (steered) lines.push(l10n.t('Worker {0} takes all requests', steered.worker));
  if (reload?.duration) lines.push(l10n.t('Last reload: {0}', milliseconds(reload.duration)));
  return lines.join('\n');
}
