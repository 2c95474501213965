/** The extension: composes its parts, nothing else. */

import * as vscode from 'vscode';
import { type CommandContext, registerCommands } from './commands.ts';
import { registerDebugging } from './debug/register.ts';
import { followPlan } from './follow.ts';
import { translateWith } from './l10n.ts';
import { createLog } from './log.ts';
import { type Restoring, restoreServers } from './restore.ts';
import { createServers, type Servers } from './servers.ts';
import { registerTasks } from './tasks/register.ts';
import { keepContext } from './views/context.ts';
import { reportCrashes } from './views/crashes.ts';
import { createDiagnostics } from './views/diagnostics.ts';
import { keepHookContext } from './views/hookContext.ts';
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
  servers = createServers({
    script: vscode.Uri.joinPath(dist, 'server.js').fsPath,
    onLine: log.line,
  });
  const debugging = registerDebugging({ servers, log });
  const stacks = createStacks();
  const context: CommandContext = {
    servers,
    log,
    debugWorker: debugging.debugWorker,
    showStack: stacks.show,
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
    createPanel({
      servers,
      folder: vscode.Uri.joinPath(dist, 'webview'),
      debug: debugging.debugWorker,
    }),
    createDiagnostics(servers),
    watchSaves(servers),
    followPlan(servers, log),
    reportCrashes(servers, log, workspaceState),
  );
  // Last: all that follows a server is there to hear of it.
  restoring = restoreServers(servers, log, storageUri);
  subscriptions.push(restoring);
}

/** The servers would end with the editor anyway; this is the graceful way. */
export function deactivate(): Promise<void> | undefined {
  restoring?.leave();
  return servers?.stop();
}
