/** Starts the window's server on an app hook, and says in the log with what. */

import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { planServer, type Wanted } from './plan.ts';
import type { Server } from './server.ts';
import type { ServerHost } from './serverHost.ts';
import { Cancelled } from './serverProcess.ts';

/** @throws one line for the user: what could not be served, and why */
export async function serve(host: ServerHost, log: Log, wanted: Wanted): Promise<Server> {
  if (process.platform === 'win32') {
    throw new Error(
      l10n.t('Prefork needs fork(2): open this folder in WSL, in a container or over SSH.'),
    );
  }
  const { server, interpreter } = await planServer(wanted);
  log.info(`Serving ${server.app} from ${server.root}`);
  log.info(`Python: ${interpreter.path} (${interpreter.source})`);
  try {
    return await host.start(server);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    throw new Error(l10n.t('Prefork could not serve {0}: {1}', server.app, messageOf(error)));
  }
}
