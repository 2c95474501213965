/** Which commands the page may send, with which of their arguments, and what becomes of them. */

import type { CommandName, Commands, WorkerEvent } from '../../server/stream/protocol.ts';
import type { PageCommand } from '../../webview/transport.ts';
import { l10n } from '../l10n.ts';
import type { Replay } from '../requests/replay.ts';
import type { Server } from '../server.ts';

/** What the editor's debugger does for the page, with workers of the running server. */
export interface PageDebugging {
  attach(worker: WorkerEvent['worker']): Promise<void>;
  /** Attaches, and sends the request then. */
  replay(replay: Replay): Promise<Commands['replay']['gives']>;
}

type Arguments = { [Name in CommandName]: readonly (keyof Commands[Name]['takes'])[] | null };

/** What of a command goes on to the server; null: the page may not send it. */
const PASSED: Arguments = {
  reload: [],
  restart_worker: ['worker'],
  // Through the editor's debugger, not debugpy alone: nobody else would attach to it.
  debug_worker: ['worker'],
  steer: ['worker'],
  request: ['request'],
  compare: ['after', 'before'],
  replay: ['request', 'worker', 'edit'],
  export: ['requests', 'format'],
  import: ['name', 'text'],
  trace: ['trace_id'],
  routes: [],
  // At the end of lines it is the editor who shows them.
  lines: null,
  explain: ['request', 'span'],
  stack: ['worker', 'process.pid'],
  preload: [],
  set_log_level: ['logger', 'level'],
  clear: [],
  // It is the editor who saves.
  saved: null,
  stop: [],
};

/** Their answers name files that the page has links to. */
const TELLING: ReadonlySet<CommandName> = new Set(['request', 'compare', 'trace', 'routes']);

/** @throws what the page is answered as an error */
export async function answerCommand(
  command: PageCommand,
  server: Pick<Server, 'send' | 'history'> | undefined,
  debugging: PageDebugging,
): Promise<unknown> {
  if (!server) throw new Error(l10n.t('No server is running.'));
  const { command: name } = command;
  // A page is not to be trusted with what an object inherits, either.
  const names = Object.hasOwn(PASSED, name) ? PASSED[name] : null;
  if (!names) throw new Error(l10n.t('The page may not send "{0}".', name));
  if (command.command === 'debug_worker') return debugging.attach(command.worker);
  const given = Object.entries(command).filter(([key]) => (names as string[]).includes(key));
  const takes = Object.fromEntries(given);
  if ('debug' in command && command.debug === true) return debugging.replay(takes as never);
  const result = await server.send(name, takes as never);
  if (command.command === 'request') server.history.opened = command.request;
  if (name === 'clear') server.history.clear();
  if (TELLING.has(name)) server.history.learn(result);
  return result;
}
