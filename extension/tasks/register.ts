/** Tasks of type `prefork`: each serves an app hook, for as long as its terminal is there. */

import { relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import { type AppHook, searchAppHooks } from '../hooks/search.ts';
import { l10n } from '../l10n.ts';
import type { Log } from '../log.ts';
import type { Servers } from '../servers.ts';
import { type Described, wantedBy } from '../wanted.ts';
import { createTaskTerminal } from './terminal.ts';

const TYPE = 'prefork';
const MATCHER = '$prefork';

/** What tasks.json says of one. */
type Definition = vscode.TaskDefinition & Partial<Described> & { app: string };

export function registerTasks(servers: Servers, log: Log): vscode.Disposable {
  function taskOf(definition: Definition, scope: vscode.Task['scope'], name: string): vscode.Task {
    const folder = folderOf(scope);
    const execution = new vscode.CustomExecution(async (resolved) => {
      const { cwd = '', envFile, ...rest } = resolved as Definition;
      const file = envFile && { envFile: resolve(folder, envFile) };
      const wanted = wantedBy({ ...rest, ...file, cwd: resolve(folder, cwd) });
      return createTaskTerminal(servers, log, wanted);
    });
    const where = scope ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(definition, where, name, TYPE, execution, MATCHER);
    task.isBackground = true;
    task.detail = l10n.t('Serve {0} with Prefork', definition.app);
    return task;
  }

  async function tasksOf(folder: vscode.WorkspaceFolder): Promise<vscode.Task[]> {
    const hooks = await searchAppHooks(folder.uri.fsPath);
    return hooks.map((hook) => taskOf(definitionOf(hook, folder), folder, nameOf(hook, folder)));
  }

  return vscode.tasks.registerTaskProvider(TYPE, {
    async provideTasks() {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const local = folders.filter(({ uri }) => uri.scheme === 'file');
      return (await Promise.all(local.map(tasksOf))).flat();
    },
    // The definition has to be the one that was given, or the editor takes it for another task.
    resolveTask: ({ definition, scope, name }) =>
      definition['app'] ? taskOf(definition as Definition, scope, name) : undefined,
  });
}

function folderOf(scope: vscode.Task['scope']): string {
  if (typeof scope === 'object') return scope.uri.fsPath;
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}

function definitionOf({ app, root, env }: AppHook, folder: vscode.WorkspaceFolder): Definition {
  const cwd = relative(folder.uri.fsPath, root);
  return { type: TYPE, app, ...(cwd && { cwd }), ...(env && { env }) };
}

function nameOf({ app, root }: AppHook, folder: vscode.WorkspaceFolder): string {
  const inner = relative(folder.uri.fsPath, root);
  return inner ? `serve ${app} (${inner})` : `serve ${app}`;
}
