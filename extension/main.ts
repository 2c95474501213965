/** The extension: composes its parts, nothing else. */

import * as vscode from 'vscode';
import { type CommandContext, registerCommands } from './commands.ts';
import { registerDebugging } from './debug/register.ts';
import { followPlan } from './follow.ts';
import { createHistoryFiles } from './historyFiles.ts';
import { translateWith } from './l10n.ts';
import { registerTools } from './languageModel/tools.ts';
import { createLog } from './log.ts';
import { type Restoring, restoreServers } from './restore.ts';
import { createServers, type Servers } from './servers.ts';
import { registerTasks } from './tasks/register.ts';
import { keepContext } from './views/context.ts';
import { reportCrashes } from './views/crashes.ts';
import { createDiagnostics } from './views/diagnostics.ts';
import { keepHookContext } from './views/hookContext.ts';
import { registerLineResults } from './views/lineResults/register.ts';
import { createPanel } from './views/panel.ts';
import { watchSaves } from './views/saves.ts';
import { createStacks } from './views/stack.ts';
import { createStatusBar } from './views/statusBar.ts';
import { createWorkersView } from './views/workers.ts';

let servers: Servers | undefined;
let restoring: Restoring | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  const { extensionUri, storageUri, subscriptions, workspaceState } = extension;
  translateWith(vscode.l10n.t);
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  const log = createLog();
  const histories = historiesIn(storageUri);
  servers = createServers({
    script: vscode.Uri.joinPath(dist, 'server.js').fsPath,
    historyOf: (hook) => (keepsHistory() ? histories?.of(hook) : undefined),
    onLine: log.line,
  });
  const debugging = registerDebugging({ servers, log });
  const stacks = createStacks();
  const panel = createPanel({
    servers,
    folder: vscode.Uri.joinPath(dist, 'webview'),
    debug: debugging.debugWorker,
    attach: debugging.attach,
  });
  const context: CommandContext = {
    servers,
    log,
    debugWorker: debugging.debugWorker,
    attach: debugging.attach,
    showStack: stacks.show,
    panel,
    histories,
  };
  subscriptions.push(
    log,
    debugging,
    stacks,
    registerCommands(context),
    registerTasks(servers, log),
    keepContext(servers),
    keepHookContext(),
    createStatusBar(servers),
    createWorkersView(servers),
    panel,
    createDiagnostics(servers),
    registerLineResults(servers),
    watchSaves(servers),
    followPlan(servers, log),
    registerTools(servers),
    reportCrashes(servers, log, workspaceState),
  );
  // Last: all that follows a server is there to hear of it.
  restoring = restoreServers(servers, log, storageUri);
  subscriptions.push(restoring);
}

/** Without a workspace there is no place for them. */
const historiesIn = (storage: vscode.Uri | undefined) =>
  storage && createHistoryFiles(vscode.Uri.joinPath(storage, 'history').fsPath);

const keepsHistory = () => vscode.workspace.getConfiguration('prefork').get('history', true);

/** The servers would end with the editor anyway; this is the graceful way. */
export function deactivate(): Promise<void> | undefined {
  restoring?.leave();
  return servers?.stop();
}
