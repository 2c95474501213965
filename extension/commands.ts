/** The one table of palette commands. */

import * as vscode from 'vscode';
import type { HistoryFiles } from './historyFiles.ts';
import { chooseHook, pickHook } from './hooks/choose.ts';
import { fileHooks } from './hooks/fileHooks.ts';
import type { AppHook } from './hooks/search.ts';
import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import type { RequestSubject } from './requests/chosen.ts';
import * as requests from './requests/commands.ts';
import type { Attach } from './requests/replay.ts';
import { serve, serveAgain } from './serve.ts';
import { Cancelled } from './serverProcess.ts';
import type { Servers } from './servers.ts';
import { hostOf, pickServer, running, type Subject, type WorkerOf, workerOf } from './subject.ts';
import { toggleLineResults } from './views/lineResults/register.ts';
import type { PanelView } from './views/panel.ts';

export interface CommandContext {
  servers: Servers;
  log: Log;
  /** Attaches the debugger to one worker of a server that runs, and sends it all requests. */
  debugWorker: Attach;
  /** Attaches alone. */
  attach: Attach;
  panel: PanelView;
  /** Undefined without a workspace. */
  histories: HistoryFiles | undefined;
  /** Shows where a worker's threads stand. */
  showStack(worker: WorkerOf): Promise<void>;
}

/** What a menu, a row or a link says that it is about. */
type About = Subject | RequestSubject;
type Command = (context: CommandContext, subject?: never) => Promise<unknown> | unknown;

export const commands: Record<string, Command> = {
  'prefork.startServer': startServer,
  'prefork.serveFile': serveFile,
  'prefork.stopServer': ({ servers }, subject) => hostOf(servers, subject)?.stop(),
  'prefork.restartServer': restartServer,
  'prefork.switchServer': switchServer,
  'prefork.reloadWorkers': ({ servers }, subject) => running(servers, subject).send('reload', {}),
  'prefork.openInBrowser': openInBrowser,
  'prefork.showPanel': showPanel,
  'prefork.showLogs': ({ log }) => log.show(),
  'prefork.debugWorker': debugWorker,
  'prefork.debugWorkerInline': debugWorker,
  'prefork.restartWorker': restartWorker,
  'prefork.showStack': showStack,
  'prefork.steerToWorker': steerToWorker,
  'prefork.steerToAll': steerToAll,
  'prefork.showRequest': requests.showRequest,
  'prefork.replayRequest': requests.replayRequest,
  'prefork.debugRequest': requests.debugRequest,
  'prefork.compareBefore': requests.compareBefore,
  'prefork.compareRequests': requests.compareRequests,
  'prefork.copyRequestAs': requests.copyRequestAs,
  'prefork.saveRequestAsTest': requests.saveRequestAsTest,
  'prefork.exportRequests': requests.exportKept,
  'prefork.importRequests': requests.importFile,
  'prefork.showRoutes': requests.showRoutes,
  'prefork.clearHistory': clearHistory,
  'prefork.toggleInlineResults': toggleLineResults,
};

/** Registers the table; what a command throws is shown. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const run = async (command: Command, about?: About) => {
    try {
      await command(context, about as never);
    } catch (error) {
      if (!(error instanceof Cancelled)) context.log.fail(messageOf(error));
    }
  };
  const registered = Object.entries(commands).map(([id, command]) =>
    vscode.commands.registerCommand(id, (about?: About) => run(command, about)),
  );
  return vscode.Disposable.from(...registered);
}

async function startServer(context: CommandContext) {
  await serveHook(context, await chooseHook());
}

async function serveFile(context: CommandContext, subject?: Subject) {
  const open = vscode.window.activeTextEditor?.document.uri;
  const uri = subject instanceof vscode.Uri ? subject : open;
  if (uri) await serveHook(context, await pickHook(await fileHooks(uri)));
}

async function serveHook({ servers, log }: CommandContext, hook: AppHook | undefined) {
  if (!hook) return;
  await serve(servers, log, hook);
  await focusPanel(true);
}

async function restartServer(context: CommandContext, subject?: Subject) {
  const { servers, log } = context;
  return (await serveAgain(servers, log, hostOf(servers, subject))) ?? startServer(context);
}

async function switchServer({ servers }: CommandContext, subject?: Subject) {
  const host = subject ? hostOf(servers, subject) : await pickServer(servers.all);
  if (host) servers.choose(host);
}

async function openInBrowser({ servers }: CommandContext, subject?: Subject) {
  const { addresses } = running(servers, subject).info;
  const address = addresses.find((one) => one.startsWith('http'));
  if (!address)
    throw new Error(l10n.t('The app has no HTTP address: it listens on a Unix socket.'));
  await vscode.env.openExternal(vscode.Uri.parse(address));
}

async function showPanel({ servers }: CommandContext, subject?: Subject) {
  const host = subject && hostOf(servers, subject);
  if (host) servers.choose(host);
  await focusPanel(false);
}

/** @param keepFocus shows it beside what the user is doing */
function focusPanel(keepFocus: boolean) {
  return vscode.commands.executeCommand('prefork.panel.focus', { preserveFocus: keepFocus });
}

async function debugWorker({ servers, debugWorker: debug }: CommandContext, subject?: Subject) {
  const chosen = await workerOf(servers, subject);
  if (chosen) await debug(chosen.host, chosen.worker);
}

async function showStack({ servers, showStack: show }: CommandContext, subject?: Subject) {
  const chosen = await workerOf(servers, subject);
  if (chosen) await show(chosen);
}

async function restartWorker({ servers }: CommandContext, subject?: Subject) {
  const chosen = await workerOf(servers, subject);
  if (chosen) await chosen.server.send('restart_worker', { worker: chosen.worker });
}

async function steerToWorker({ servers }: CommandContext, subject?: Subject) {
  const chosen = await workerOf(servers, subject);
  if (chosen) await chosen.server.send('steer', { worker: chosen.worker });
}

function steerToAll({ servers }: CommandContext, subject?: Subject) {
  return running(servers, subject).send('steer', { worker: null });
}

/** Of all servers, those that do not run included: what is kept is one history to whoever clears it. */
async function clearHistory({ servers, histories }: CommandContext) {
  const hosts = servers.all.filter(({ server }) => server);
  await Promise.all(hosts.map(({ server }) => server?.send('clear', {})));
  histories?.remove(servers.all.flatMap(({ options }) => options ?? []));
}
