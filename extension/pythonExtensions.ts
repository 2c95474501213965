/** What the Python extensions know of interpreters and debugpy. Neither is required. */

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { InterpreterSource } from './interpreter.ts';
import { l10n } from './l10n.ts';

const ENVIRONMENTS = 'ms-python.vscode-python-envs';
const PYTHON = 'ms-python.python';

/** The parts of `ms-python.vscode-python-envs` that are used. */
interface EnvironmentsApi {
  getEnvironment?(
    scope: vscode.Uri,
  ): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** The parts of `ms-python.python` that are used. */
interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(scope: vscode.Uri): { path: string };
    resolveEnvironment(path: {
      path: string;
    }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

interface DebugpyApi {
  debug?: { getDebuggerPackagePath?(): Promise<string | undefined> };
}

/** Another extension that hangs must not keep the server from starting. */
const PATIENCE = 5000;

/** The interpreter chosen in the Python Environments extension, then in the Python extension. */
export function extensionSources(folder: vscode.Uri): InterpreterSource[] {
  return [
    {
      name: l10n.t('Python Environments extension'),
      find: async () => {
        const api = await exportsOf<EnvironmentsApi>(ENVIRONMENTS);
        return (await api?.getEnvironment?.(folder))?.execInfo?.run?.executable;
      },
    },
    {
      name: l10n.t('Python extension'),
      find: async () => {
        const { environments } = (await exportsOf<PythonApi>(PYTHON)) ?? {};
        const chosen = environments?.getActiveEnvironmentPath(folder);
        const found = chosen && (await environments?.resolveEnvironment(chosen));
        return found?.executable?.uri?.fsPath;
      },
    },
  ].map((source) => ({ ...source, find: () => inTime(source.find()) }));
}

/** Tells when another interpreter is chosen in one of them; perhaps twice. */
export function watchInterpreters(changed: () => void): vscode.Disposable {
  const listening: vscode.Disposable[] = [vscode.extensions.onDidChange(changed)];
  let disposed = false;
  async function listen() {
    const environments = await inTime(exportsOf<EnvironmentsApi>(ENVIRONMENTS));
    const python = await inTime(exportsOf<PythonApi>(PYTHON));
    if (disposed) return;
    for (const event of [
      environments?.onDidChangeEnvironment,
      python?.environments?.onDidChangeActiveEnvironmentPath,
    ]) {
      if (event) listening.push(event(changed));
    }
  }
  void listen();
  return {
    dispose() {
      disposed = true;
      for (const one of listening) one.dispose();
    },
  };
}

/** The folder that holds the `debugpy` package of the Python Debugger extension. */
export async function bundledDebugpy(): Promise<string | undefined> {
  const api = await inTime(exportsOf<DebugpyApi>('ms-python.debugpy'));
  const path = await api?.debug?.getDebuggerPackagePath?.();
  return path && dirname(path);
}

async function exportsOf<Api>(id: string): Promise<Api | undefined> {
  return (await vscode.extensions.getExtension<Api>(id)?.activate()) ?? undefined;
}

async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
