/** From what the user asked for to what the server is started with: hook, interpreter, port. */

import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { readEnvFile } from './envFile.ts';
import {
  configured,
  environSources,
  findInterpreter,
  folderSources,
  type Interpreter,
} from './interpreter.ts';
import { l10n } from './l10n.ts';
import { pickPort } from './port.ts';
import { extensionSources } from './pythonExtensions.ts';
import type { ServerOptions } from './serverProcess.ts';
import type { Ports } from './servers.ts';
import { substitute } from './variables.ts';
import type { Wanted } from './wanted.ts';

export interface Plan {
  wanted: Wanted;
  server: ServerOptions;
  interpreter: Interpreter;
  /** Absolute; whether it exists or not. */
  envFile: string;
}

/** @throws when there is no interpreter or no port */
export async function planServer(wanted: Wanted, ports: Ports = NO_PORTS): Promise<Plan> {
  const interpreter = await interpreterFor(wanted.root, wanted.python);
  const settings = vscode.workspace.getConfiguration('prefork', vscode.Uri.file(wanted.root));
  const envFile = wanted.envFile ?? configuredEnvFile(wanted.root);
  const server: ServerOptions = {
    app: wanted.app,
    root: wanted.root,
    python: interpreter.path,
    pythonSource: interpreter.source,
    port: await portFor(wanted, settings.get('port', 0), ports),
    workers: wanted.workers ?? settings.get('workers', 2),
    threads: wanted.threads ?? settings.get('threads', 4),
    ...allowedHosts(),
    args: wanted.args ?? settings.get('args', []),
    env: { ...(envFile && (await readEnvFile(envFile, process.env))), ...wanted.env },
  };
  return { wanted, server, interpreter, envFile };
}

const NO_PORTS: Ports = { own: undefined, taken: [] };

/** The setting is one for all of a folder's servers: it holds for the first of them. */
function portFor({ port }: Wanted, setting: number, { own, taken }: Ports): Promise<number> {
  return pickPort(port || own || (taken.includes(setting) ? 0 : setting), taken);
}

/** The file that VS Code's Python takes variables from; its default holds without it, too. */
function configuredEnvFile(root: string): string {
  const uri = vscode.Uri.file(root);
  const setting = vscode.workspace.getConfiguration(undefined, uri).get<string>('python.envFile');
  const folder = workspaceFolderOf(uri);
  return setting === '' ? '' : resolve(folder, substitute(setting ?? '.env', folder));
}

const workspaceFolderOf = (uri: vscode.Uri) =>
  vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? uri.fsPath;

/** Where the editor itself is a web page, its host passes requests on under names of its own. */
function allowedHosts(): Pick<ServerOptions, 'allowedHosts'> {
  return vscode.env.uiKind === vscode.UIKind.Web ? { allowedHosts: '*' } : {};
}

/** What runs an app of this folder now; it may be another later. */
function interpreterFor(root: string, python: string | undefined): Promise<Interpreter> {
  const uri = vscode.Uri.file(root);
  const folder = workspaceFolderOf(uri);
  const setting = vscode.workspace.getConfiguration('prefork', uri).get('pythonPath', '');
  return findInterpreter([
    configured(l10n.t('launch configuration "python"'), python, root),
    configured(l10n.t('setting "prefork.pythonPath"'), substitute(setting, folder), folder),
    ...extensionSources(uri),
    ...folderSources([root, folder]),
    ...environSources(process.env),
  ]);
}
