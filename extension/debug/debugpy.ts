/** Where debugpy comes from: the app's environment, a setting, the Python Debugger extension. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import { bundledDebugpy } from '../pythonExtensions.ts';
import type { ServerOptions } from '../serverProcess.ts';
import { substitute } from '../variables.ts';

/** There is none; `command` would install it. */
export class NoDebugpy extends Error {
  readonly command: string;

  constructor(python: string) {
    super(
      l10n.t("The app's Python ({0}) has no debugpy, so its workers cannot be debugged.", python),
    );
    this.command = `"${python}" -m pip install debugpy`;
  }
}

type App = Pick<ServerOptions, 'python' | 'root'>;

/**
 * The folder that holds the package; undefined when the app's environment has it.
 * @throws {@link NoDebugpy}
 */
export async function findDebugpy(app: App): Promise<string | undefined> {
  if (await hasDebugpy(app)) return undefined;
  const uri = vscode.Uri.file(app.root);
  const settings = vscode.workspace.getConfiguration('prefork', uri);
  const within = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? app.root;
  const setting = substitute(settings.get('debugpyPath', ''), within);
  const folder = packageFolder(setting) ?? (await bundledDebugpy());
  if (!folder) throw new NoDebugpy(app.python);
  return folder;
}

const SEARCH = 'import importlib.util as u; raise SystemExit(u.find_spec("debugpy") is None)';

async function hasDebugpy({ python, root }: App): Promise<boolean> {
  try {
    await promisify(execFile)(python, ['-c', SEARCH], { cwd: root });
    return true;
  } catch {
    return false;
  }
}

/** The setting may name the package itself or the folder it is in. */
function packageFolder(path: string): string | undefined {
  if (!path) return undefined;
  if (existsSync(join(path, 'debugpy', '__init__.py'))) return path;
  if (basename(path) === 'debugpy' && existsSync(join(path, '__init__.py'))) return dirname(path);
  throw new Error(
    l10n.t('Setting "prefork.debugpyPath": there is no package "debugpy" in {0}.', path),
  );
}

/** Never installed silently: the command is copied, or run where the user sees it. */
export async function offerDebugpy({ message, command }: NoDebugpy): Promise<void> {
  const told = l10n.t('{0} To install it: {1}', message, command);
  const run = l10n.t('Run in Terminal');
  const copy = l10n.t('Copy Command');
  const choice = await vscode.window.showErrorMessage(told, run, copy);
  if (choice === copy) await vscode.env.clipboard.writeText(command);
  if (choice !== run) return;
  const terminal = vscode.window.createTerminal(l10n.t('Install debugpy'));
  terminal.show();
  terminal.sendText(command);
}
