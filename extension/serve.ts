/** Starts a server on an app hook, and says in the log with what. */

import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { type Plan, planServer } from './plan.ts';
import type { ServerHost, StartMore } from './serverHost.ts';
import { Cancelled, type ServerOptions } from './serverProcess.ts';
import type { Ports, Servers, Started } from './servers.ts';
import type { Wanted } from './wanted.ts';

const plans = new WeakMap<ServerOptions, Plan>();

/** What a server's options were made of; undefined for those of nobody's wish. */
export const planOf = (options: ServerOptions): Plan | undefined => plans.get(options);

const temporary = new WeakSet<ServerOptions>();

/** Whether it ends with a debug session or a task. */
export const isTemporary = (options: ServerOptions): boolean => temporary.has(options);

export interface ServeMore extends StartMore {
  /** It is to end with a debug session or a task, and not to come back after the window is reloaded. */
  temporary?: boolean;
}

/**
 * Beside the servers of other app hooks. One of the same that runs with the same options is the answer.
 * @throws one line for the user: what could not be served, and why
 */
export async function serve(
  servers: Servers,
  log: Log,
  wanted: Wanted,
  more: ServeMore = {},
): Promise<Started> {
  if (process.platform === 'win32') {
    throw new Error(
      l10n.t('Prefork needs fork(2): open this folder in WSL, in a container or over SSH.'),
    );
  }
  const plan = async (ports: Ports) => {
    const options = await planned(wanted, ports, log);
    if (more.temporary) temporary.add(options);
    return options;
  };
  try {
    const started = await servers.start(wanted, plan, more);
    if (!started.fresh) log.info(`Serving ${wanted.app} already, with the same options`);
    return started;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    throw new Error(l10n.t('Prefork could not serve {0}: {1}', wanted.app, messageOf(error)));
  }
}

async function planned(wanted: Wanted, ports: Ports, log: Log): Promise<ServerOptions> {
  const plan = await planServer(wanted, ports);
  const { server, interpreter, envFile } = plan;
  plans.set(server, plan);
  log.info(`Serving ${server.app} from ${server.root} on port ${server.port}`);
  log.info(`Python: ${interpreter.path} (${interpreter.source})`);
  log.info(`Environment: ${Object.keys(server.env).length} variables; file ${envFile || 'none'}`);
  return server;
}

/** Again what this host served last, on its port, with the interpreter and the variables that hold now. */
export async function serveAgain(
  servers: Servers,
  log: Log,
  host: ServerHost | undefined,
): Promise<Started | undefined> {
  const options = host?.options;
  const wanted = options && planOf(options)?.wanted;
  if (!wanted) return undefined;
  log.info(`Restarting ${options.app}`);
  return serve(
    servers,
    log,
    { ...wanted, port: options.port },
    {
      again: true,
      temporary: isTemporary(options),
    },
  );
}
