/** From what the user asked for to what the server is started with: hook, interpreter, port. */

import * as vscode from 'vscode';
import { type AppHook, searchAppHooks } from './hookSearch.ts';
import {
  configured,
  environSources,
  findInterpreter,
  folderSources,
  type Interpreter,
} from './interpreter.ts';
import { pickPort } from './port.ts';
import { extensionSources } from './pythonExtensions.ts';
import type { ServerOptions } from './serverProcess.ts';

/** An app hook to serve; what is absent comes from the settings. */
export interface Wanted {
  app: string;
  root: string;
  python?: string;
  workers?: number;
  threads?: number;
  port?: number;
  args?: string[];
  env?: Record<string, string | null>;
}

export interface Plan {
  server: ServerOptions;
  interpreter: Interpreter;
}

const NO_HOOK =
  'No app hook found: no Python file here binds "application" or "app" to a WSGI app, ' +
  'or has a create_app(). Add one, or name it in a launch configuration of type "prefork".';

/** @throws when there is no interpreter or no port */
export async function planServer(wanted: Wanted): Promise<Plan> {
  const interpreter = await interpreterFor(wanted.root, wanted.python);
  const settings = vscode.workspace.getConfiguration('prefork', vscode.Uri.file(wanted.root));
  const server: ServerOptions = {
    app: wanted.app,
    root: wanted.root,
    python: interpreter.path,
    port: await pickPort(wanted.port || settings.get('port', 0)),
    workers: wanted.workers ?? settings.get('workers', 2),
    threads: wanted.threads ?? settings.get('threads', 4),
    ...allowedHosts(),
    args: wanted.args ?? settings.get('args', []),
    env: wanted.env ?? {},
  };
  return { server, interpreter };
}

/** Where the editor itself is a web page, its host passes requests on under names of its own. */
function allowedHosts(): Pick<ServerOptions, 'allowedHosts'> {
  return vscode.env.uiKind === vscode.UIKind.Web ? { allowedHosts: '*' } : {};
}

function interpreterFor(root: string, python: string | undefined): Promise<Interpreter> {
  const uri = vscode.Uri.file(root);
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? root;
  const setting = vscode.workspace.getConfiguration('prefork', uri).get<string>('pythonPath');
  return findInterpreter([
    configured('launch configuration "python"', python, root),
    configured('setting "prefork.pythonPath"', setting, folder),
    ...extensionSources(uri),
    ...folderSources([root, folder]),
    ...environSources(process.env),
  ]);
}

/** Every app hook of the workspace, the likely one of each folder first. */
export async function workspaceHooks(): Promise<AppHook[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const local = folders.filter((folder) => folder.uri.scheme === 'file');
  return (await Promise.all(local.map(({ uri }) => searchAppHooks(uri.fsPath)))).flat();
}

/**
 * The one app hook, or the one picked of several; undefined when the user does not pick.
 * @throws when there is none
 */
export async function chooseHook(): Promise<AppHook | undefined> {
  const hooks = await workspaceHooks();
  if (hooks.length === 0) throw new Error(NO_HOOK);
  if (hooks.length === 1) return hooks[0];
  const items = hooks.map((hook) => ({
    label: hook.app,
    description: hook.framework,
    detail: `${vscode.workspace.asRelativePath(hook.file)}:${hook.line}`,
    hook,
  }));
  const title = 'Which app hook is to be served?';
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.hook;
}
