/** A request is sent once more, if wanted to a worker that is under the debugger. */

import * as vscode from 'vscode';
import type { RequestEdit } from '../../server/stream/commands.ts';
import { isIdempotent } from '../../server/stream/idempotent.ts';
import { l10n } from '../l10n.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';
import { currentWorker, readyWorkers } from '../serverModel.ts';

/** Attaches the debugger to a worker, without sending it other requests than it gets anyway. */
export type Attach = (host: ServerHost, worker: number) => Promise<void>;

/** A debugger that takes longer has failed, and has said why. Milliseconds. */
const PATIENCE = 15_000;

/** Asks before what was done is perhaps done again. */
export async function mayRepeat(method: string): Promise<boolean> {
  if (isIdempotent(method)) return true;
  const question = l10n.t('Send {0} again?', method);
  const detail = l10n.t(
    'A {0} may do again what it did before: order, pay, send, add. It goes to the app with the same body.',
    method,
  );
  const replay = l10n.t('Replay');
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage(question, options, replay)) === replay;
}

export interface Replay {
  request: string;
  /** Null: one that is being debugged, or else the first that is ready. */
  worker: number | null;
  edit?: RequestEdit;
}

/**
 * @returns the new request's id
 * @throws when no debugger is attached in time
 */
export async function replayInDebugger(
  host: ServerHost | undefined,
  { worker, ...replay }: Replay,
  attach: Attach,
): Promise<{ request: string; worker: number }> {
  const server = host?.server;
  if (!server) throw new Error(l10n.t('No server is running.'));
  const slot = worker ?? likely(server);
  await attach(host, slot);
  await attached(server, slot);
  return server.send('replay', { ...replay, worker: slot });
}

function likely({ model }: Server): number {
  const ready = readyWorkers(model);
  const [one] = [...ready.filter((worker) => worker.attached), ...ready];
  if (!one) throw new Error(l10n.t('No worker is ready. Look at the log for why.'));
  return one.worker;
}

/** The stream may tell of it a moment after the editor knows. */
async function attached(server: Server, slot: number): Promise<void> {
  const isAttached = () => currentWorker(server.model, slot)?.attached === true;
  if (isAttached()) return;
  await new Promise<void>((resolve, reject) => {
    const late = () => end(() => reject(new Error(l10n.t('The debugger did not attach.'))));
    const timer = setTimeout(late, PATIENCE);
    const listening = server.onChange(() => isAttached() && end(resolve));
    function end(settle: () => void) {
      clearTimeout(timer);
      listening.dispose();
      settle();
    }
  });
}
