/** Which of the servers an attach configuration means. Pure. */

import { l10n } from '../l10n.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import type { AttachConfiguration } from './configuration.ts';

export type Which = Pick<AttachConfiguration, 'server' | 'cwd'>;

/** What a configuration says to mean this one. */
export function attachTo({ options }: ServerHost): Which {
  return options ? { server: options.app, cwd: options.root } : {};
}

/** Those that run and that it may mean. */
export function meant(servers: Pick<Servers, 'all'>, { server: app, cwd }: Which): ServerHost[] {
  return servers.all.filter(
    ({ server }) =>
      server && (!app || app === server.options.app) && (!cwd || cwd === server.options.root),
  );
}

/** One line for the user: why there is none. */
export function noneSuch(servers: Pick<Servers, 'all'>, { server }: Which): string {
  if (server && servers.all.length > 0)
    return l10n.t('No server of {0} is running to attach to.', server);
  return l10n.t('No server is running to attach to. Start one with "Prefork: Start Server".');
}
