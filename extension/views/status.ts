/** What the status bar says of a server. Pure. */

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
 * @returns undefined when there is nothing to show
 */
export function statusOf(host: Shown, since: number): Status | undefined {
  if (host.state === 'stopped') return undefined;
  const { icon, words, brief } = wordsOf(host, since);
  const name = host.options?.app.split(':')[0] ?? 'app';
  const label = [`${name}${portOf(host)}`, ...words].join(' · ');
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
  if (state === 'starting') return told('loading~spin', ['starting']);
  if (state === 'stopping') return told('loading~spin', ['stopping']);
  if (state === 'reloading') return told('loading~spin', ['reloading']);
  if (state === 'broken') return told('error', ['broken']);
  const generation = `gen ${server?.model.server?.generation ?? 1}`;
  const fresh =
    reload?.phase === 'ready' && reload.reason !== 'start' && reload.time / 1000 > since;
  if (!fresh || reload.duration === undefined) return told('rocket', [generation]);
  return told('rocket', [generation, `reloaded in ${milliseconds(reload.duration)}`], true);
}

const milliseconds = (duration: number) => `${Math.max(1, Math.round(duration / 1000))} ms`;

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
    `${options.app} in ${options.root}`,
    ...(server?.info.addresses ?? []),
    `Python ${told?.['process.runtime.version'] ?? ''} at ${options.python}`,
  ];
  if (told) lines.push(`${told.workers} workers × ${told.threads} threads`);
  if (reload?.duration) lines.push(`Last reload: ${milliseconds(reload.duration)}`);
  return lines.join('\n');
}
