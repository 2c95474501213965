/** The one table of palette commands. */

import * as vscode from 'vscode';
import { chooseHook, pickHook } from './hooks/choose.ts';
import { fileHooks } from './hooks/fileHooks.ts';
import type { AppHook } from './hooks/search.ts';
import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { serve, serveAgain } from './serve.ts';
import type { ServerHost } from './serverHost.ts';
import { Cancelled } from './serverProcess.ts';
import type { Servers } from './servers.ts';
import { hostOf, pickServer, running, type Subject, type WorkerOf, workerOf } from './subject.ts';

export interface CommandContext {
  servers: Servers;
  log: Log;
  /** Attaches the debugger to one worker of a server that runs. */
  debugWorker(host: ServerHost, worker: number): Promise<void>;
  /** Shows where a worker's threads stand. */
  showStack(worker: WorkerOf): Promise<void>;
}

type Command = (context: CommandContext, subject?: Subject) => Promise<unknown> | unknown;

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
};

/** Registers the table; what a command throws is shown. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const run = async (command: Command, subject?: Subject) => {
    try {
      await command(context, subject);
    } catch (error) {
      if (!(error instanceof Cancelled)) context.log.fail(messageOf(error));
    }
  };
  const registered = Object.entries(commands).map(([id, command]) =>
    vscode.commands.registerCommand(id, (subject?: Subject) => run(command, subject)),
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
