/** Which commands the page may send, and what becomes of them. */

import type { Command, WorkerEvent } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import type { Server } from '../server.ts';

/** Attaches the debugger to a worker of the running server. */
export type Debug = (worker: WorkerEvent['worker']) => Promise<void>;

/** @throws what the page is answered as an error */
export async function answerCommand(
  command: Command,
  server: Pick<Server, 'send' | 'history'> | undefined,
  debug: Debug,
): Promise<unknown> {
  if (!server) throw new Error(l10n.t('No server is running.'));
  switch (command.command) {
    case 'reload':
    case 'stop':
      return server.send(command.command, {});
    case 'clear':
      server.history.clear();
      return server.send('clear', {});
    case 'request': {
      const details = await server.send('request', { request: command.request });
      server.history.learn(details);
      return details;
    }
    case 'explain':
      return server.send('explain', { request: command.request, span: command.span });
    case 'preload':
      return server.send('preload', {});
    case 'restart_worker':
      return server.send('restart_worker', { worker: command.worker });
    case 'steer':
      return server.send('steer', { worker: command.worker });
    case 'debug_worker':
      // Through the editor's debugger, not debugpy alone: nobody else would attach to it.
      return debug(command.worker);
    default:
      throw new Error(l10n.t('The page may not send "{0}".', command.command));
  }
}
