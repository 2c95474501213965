/** The one table of palette commands. */

import * as vscode from 'vscode';
import type { WorkerEvent } from '../server/stream/protocol.ts';
import { chooseHook, pickHook } from './hooks/choose.ts';
import { fileHooks } from './hooks/fileHooks.ts';
import type { AppHook } from './hooks/search.ts';
import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { serve, serveAgain } from './serve.ts';
import type { Server } from './server.ts';
import type { ServerHost } from './serverHost.ts';
import { readyWorkers } from './serverModel.ts';
import { Cancelled } from './serverProcess.ts';

export interface CommandContext {
  host: ServerHost;
  log: Log;
  /** Attaches the debugger to one worker of the running server. */
  debugWorker(worker: number): Promise<void>;
}

/** What a view hands to its context commands. */
export interface WorkerItem {
  worker: number;
}

/** What a command of a menu is about: a tree's item, an editor's file. */
type Subject = Partial<WorkerItem> | vscode.Uri;
type Command = (context: CommandContext, subject?: Subject) => Promise<unknown> | unknown;

export const commands: Record<string, Command> = {
  'prefork.startServer': startServer,
  'prefork.serveFile': serveFile,
  'prefork.stopServer': ({ host }) => host.stop(),
  'prefork.restartServer': restartServer,
  'prefork.reloadWorkers': (context) => running(context).send('reload', {}),
  'prefork.openInBrowser': openInBrowser,
  'prefork.showPanel': () => showPanel(false),
  'prefork.showLogs': ({ log }) => log.show(),
  'prefork.debugWorker': debugWorker,
  'prefork.debugWorkerInline': debugWorker,
  'prefork.restartWorker': restartWorker,
  'prefork.steerToWorker': steerToWorker,
  'prefork.steerToAll': (context) => running(context).send('steer', { worker: null }),
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

async function serveHook({ host, log }: CommandContext, hook: AppHook | undefined) {
  if (!hook) return;
  await serve(host, log, hook);
  await showPanel(true);
}

async function restartServer(context: CommandContext) {
  return (await serveAgain(context.host, context.log)) ?? startServer(context);
}

async function openInBrowser(context: CommandContext) {
  const address = running(context).info.addresses.find((one) => one.startsWith('http'));
  if (!address)
    throw new Error(l10n.t('The app has no HTTP address: it listens on a Unix socket.'));
  await vscode.env.openExternal(vscode.Uri.parse(address));
}

/** @param keepFocus shows it beside what the user is doing */
function showPanel(keepFocus: boolean) {
  return vscode.commands.executeCommand('prefork.panel.focus', { preserveFocus: keepFocus });
}

async function debugWorker(context: CommandContext, subject?: Subject) {
  const worker = workerOf(subject) ?? (await pickWorker(running(context)));
  if (worker !== undefined) await context.debugWorker(worker);
}

async function restartWorker(context: CommandContext, subject?: Subject) {
  const worker = workerOf(subject) ?? (await pickWorker(running(context)));
  if (worker !== undefined) await running(context).send('restart_worker', { worker });
}

const workerOf = (subject?: Subject) =>
  subject && 'worker' in subject ? subject.worker : undefined;

async function steerToWorker(context: CommandContext, subject?: Subject) {
  const worker = workerOf(subject) ?? (await pickWorker(running(context)));
  if (worker !== undefined) await running(context).send('steer', { worker });
}

async function pickWorker({ model }: Server): Promise<number | undefined> {
  const ready = readyWorkers(model);
  if (ready.length === 0) throw new Error(l10n.t('No worker is ready. Look at the log for why.'));
  if (ready.length === 1) return ready[0]?.worker;
  const items = ready.map((worker) => ({
    label: l10n.t('Worker {0}', worker.worker),
    ...describe(worker),
  }));
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Which worker?') });
  return picked?.worker;
}

const describe = (worker: WorkerEvent) => ({
  worker: worker.worker,
  description: l10n.t('pid {0} · generation {1}', worker['process.pid'], worker.generation),
  detail: l10n.t('{0} requests', worker.requests),
});

function running({ host }: CommandContext): Server {
  if (!host.server)
    throw new Error(l10n.t('No server is running. Start one with "Prefork: Start Server".'));
  return host.server;
}
