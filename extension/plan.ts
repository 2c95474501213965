/** From what the user asked for to what the server is started with: hook, interpreter, port. */

import * as vscode from 'vscode';
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
    configured(l10n.t('launch configuration "python"'), python, root),
    configured(l10n.t('setting "prefork.pythonPath"'), setting, folder),
    ...extensionSources(uri),
    ...folderSources([root, folder]),
    ...environSources(process.env),
  ]);
}
