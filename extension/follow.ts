/**
 * Follows what each running server was started with: when another interpreter is chosen, or the file of
 * environment variables says something else, it is started again; while it is debugged, that is offered.
 */

import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './debug/configuration.ts';
import { l10n } from './l10n.ts';
import { type Log, messageOf } from './log.ts';
import { type Plan, planServer } from './plan.ts';
import { watchInterpreters } from './pythonExtensions.ts';
import { planOf, serveAgain } from './serve.ts';
import type { ServerHost } from './serverHost.ts';
import type { ServerOptions } from './serverProcess.ts';
import type { Servers } from './servers.ts';

/** What is told several times, or written in several steps, is one change. Milliseconds. */
const SETTLE = 500;
const SETTINGS = ['prefork.pythonPath', 'python.envFile'];

export function followPlan(servers: Servers, log: Log): vscode.Disposable {
  const followed = new Map<ServerHost, vscode.Disposable>();
  const listening = servers.onServer(({ host, server }) => {
    followed.get(host)?.dispose();
    followed.delete(host);
    if (server) followed.set(host, follow(host, servers, log));
  });
  return vscode.Disposable.from(listening, {
    dispose: () => vscode.Disposable.from(...followed.values()).dispose(),
  });
}

/** For as long as this server runs. */
function follow(host: ServerHost, servers: Servers, log: Log): vscode.Disposable {
  const watching = host.server && watch(host.server.options, check);
  let timer: NodeJS.Timeout | undefined;
  /** Asked about already, and not wanted. */
  let declined: string | undefined;

  function check() {
    clearTimeout(timer);
    timer = setTimeout(() => void compare().catch((error) => log.info(messageOf(error))), SETTLE);
  }

  async function compare() {
    const plan = host.server && planOf(host.server.options);
    if (!plan) return;
    const now = await planServer({ ...plan.wanted, port: plan.server.port });
    const change = changeOf(plan, now);
    if (!change || host.server?.options !== plan.server || change === declined) return;
    log.info(change);
    if (isDebugged() && !(await agreed(change))) declined = change;
    else await serveAgain(servers, log, host);
  }

  return {
    dispose() {
      clearTimeout(timer);
      watching?.dispose();
    },
  };
}

function watch(options: ServerOptions, changed: () => void): vscode.Disposable {
  const envFile = planOf(options)?.envFile;
  const settings = vscode.workspace.onDidChangeConfiguration((change) => {
    if (SETTINGS.some((name) => change.affectsConfiguration(name))) changed();
  });
  const root = vscode.Uri.file(options.root);
  const folder = vscode.workspace.getWorkspaceFolder(root)?.uri ?? root;
  return vscode.Disposable.from(
    settings,
    watchInterpreters(changed),
    watchFile(new vscode.RelativePattern(folder, '{.venv,venv}/pyvenv.cfg'), changed),
    ...(envFile ? [watchFile(patternOf(envFile), changed)] : []),
  );
}

function patternOf(file: string): vscode.RelativePattern {
  const uri = vscode.Uri.file(file);
  return new vscode.RelativePattern(
    vscode.Uri.joinPath(uri, '..'),
    uri.path.split('/').at(-1) ?? '',
  );
}

function watchFile(pattern: vscode.RelativePattern, changed: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  watcher.onDidChange(changed);
  watcher.onDidCreate(changed);
  watcher.onDidDelete(changed);
  return watcher;
}

/** One line for the user; undefined when the server would be started as it was. */
function changeOf(before: Plan, now: Plan): string | undefined {
  const { path, source } = now.interpreter;
  if (path !== before.interpreter.path) {
    return l10n.t("The app's Python is now {0} ({1}).", path, source);
  }
  if (isDeepStrictEqual(now.server.env, before.server.env)) return undefined;
  return l10n.t('The variables in {0} are others now.', now.envFile || before.envFile);
}

const isDebugged = () => vscode.debug.activeDebugSession?.type === DEBUG_TYPE;

async function agreed(change: string): Promise<boolean> {
  const restart = l10n.t('Restart Server');
  return (await vscode.window.showInformationMessage(change, restart)) === restart;
}
