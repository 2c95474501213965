/** What a configuration of type `prefork` holds, in launch.json and on the way to debugpy. */

import type * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Described } from '../wanted.ts';

export const DEBUG_TYPE = 'prefork';

/** Shared by a root session and its children: debugpy understands these itself. */
interface PythonOptions {
  justMyCode?: boolean;
  django?: boolean;
  jinja?: boolean;
  /** After a reload: stop in code that runs when the app is imported, too. */
  debugImport?: boolean;
}

/** Starts the server on an app hook and debugs every worker. */
export interface LaunchConfiguration extends vscode.DebugConfiguration, PythonOptions, Described {
  request: 'launch';
}

/** Debugs one worker of a running server, or all. */
export interface AttachConfiguration extends vscode.DebugConfiguration, PythonOptions {
  request: 'attach';
  /** Its app hook; without it, the only one, or the one that the user picks. */
  server?: string;
  /** Its folder: several projects may have a `wsgi:application` each. */
  cwd?: string;
  worker?: number;
  /** New requests go to that worker alone; default: yes, if there is one. */
  steer?: boolean;
}

export type RootConfiguration = LaunchConfiguration | AttachConfiguration;

/** Where a worker's debug adapter listens. */
export interface WorkerTarget {
  worker: number;
  pid: number;
  host: string;
  port: number;
}

/** A child session: `__worker` marks it, debugpy ignores what it does not know. */
export interface WorkerConfiguration extends vscode.DebugConfiguration, PythonOptions {
  __worker: WorkerTarget;
}

export const workerTarget = (session: { configuration: vscode.DebugConfiguration }) =>
  session.configuration['__worker'] as WorkerTarget | undefined;

/** The configuration that attaches debugpy's own adapter to one worker. */
export function workerConfiguration(
  target: WorkerTarget,
  { justMyCode = true, django = false, jinja = false }: PythonOptions,
): WorkerConfiguration {
  return {
    type: DEBUG_TYPE,
    request: 'attach',
    name: l10n.t('Worker {0} (pid {1})', target.worker, target.pid),
    connect: { host: target.host, port: target.port },
    justMyCode,
    django,
    jinja,
    rules: [
      // The worker's own code lies in no site-packages: debugpy would take it for the user's.
      { module: 'prefork_worker', include: false },
      // What starts the zygote; an app is always imported under a name of its own.
      { module: '__main__', include: false },
    ],
    // What the app prints comes through the stream already.
    redirectOutput: false,
    __worker: target,
  };
}
