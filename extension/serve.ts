/** Starts the window's server on an app hook, and says in the log with what. */

import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { type Plan, planServer } from './plan.ts';
import type { Server } from './server.ts';
import type { ServerHost } from './serverHost.ts';
import { Cancelled, type ServerOptions } from './serverProcess.ts';
import type { Wanted } from './wanted.ts';

const plans = new WeakMap<ServerOptions, Plan>();

/** What a server's options were made of; undefined for those of nobody's wish. */
export const planOf = (options: ServerOptions): Plan | undefined => plans.get(options);

/**
 * @param onLine hears each line that the server writes
 * @throws one line for the user: what could not be served, and why
 */
export async function serve(
  host: ServerHost,
  log: Log,
  wanted: Wanted,
  onLine?: (line: string) => void,
): Promise<Server> {
  if (process.platform === 'win32') {
    throw new Error(
      l10n.t('Prefork needs fork(2): open this folder in WSL, in a container or over SSH.'),
    );
  }
  const plan = await planServer(wanted);
  const { server, interpreter, envFile } = plan;
  plans.set(server, plan);
  log.info(`Serving ${server.app} from ${server.root}`);
  log.info(`Python: ${interpreter.path} (${interpreter.source})`);
  log.info(`Environment: ${Object.keys(server.env).length} variables; file ${envFile || 'none'}`);
  try {
    return await host.start(server, onLine);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    throw new Error(l10n.t('Prefork could not serve {0}: {1}', server.app, messageOf(error)));
  }
}

/** Again what ran last, on its port, with the interpreter and the variables that hold now. */
export async function serveAgain(host: ServerHost, log: Log): Promise<Server | undefined> {
  const { options } = host;
  const wanted = options && planOf(options)?.wanted;
  if (!wanted) return undefined;
  log.info(`Restarting ${options.app}`);
  return serve(host, log, { ...wanted, port: options.port });
}
