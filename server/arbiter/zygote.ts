/** The zygote's process: spawned with the control channel on descriptor 3, in a session of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { openChannel } from './channel.ts';
import type { Configure, ZygoteCommand, ZygoteReport } from './control.ts';
import type { EarlyPython } from './earlyPython.ts';

/**
 * Run by `-c`, so that there is no `__main__` file for `multiprocessing` to import again in an app's
 * own children. The package goes last on `sys.path`, where it shadows nothing of the app's.
 */
const START = `\
import sys
if sys.version_info < (3, 9):
    sys.exit()
sys.path[:] = [*filter(None, sys.path), sys.argv[1]]
from prefork_worker.zygote import run
sys.exit(run(3))`;

export interface Zygote {
  pid: number;
  send(command: ZygoteCommand): void;
  /** At once, and without its children. */
  kill(): void;
  /** Closes its channel: it takes its children down, removes its files and exits. */
  close(): Promise<void>;
}

export interface ZygoteOptions {
  /** Path of the Python executable. */
  executable: string;
  /** The folder that holds the package `prefork_worker`. */
  workerFolder: string;
  environment: NodeJS.ProcessEnv;
  /** A Python that may have been started already. */
  early: EarlyPython;
  configure: Configure;
  report(report: ZygoteReport): void;
  /** It ended, asked to or not. */
  gone(how: string): void;
}

/** It waits for what {@link spawnZygote} sends it, and ends when its channel closes. */
export function startPython(
  executable: string,
  workerFolder: string,
  environment: NodeJS.ProcessEnv,
): ChildProcess {
  return spawn(executable, ['-c', START, workerFolder, 'zygote'], {
    // A session of its own: Ctrl-C reaches the arbiter alone, which ends the rest in order.
    detached: true,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
}

export function spawnZygote(options: ZygoteOptions): Zygote {
  const { executable, workerFolder, environment, early } = options;
  const child =
    early.take(executable, environment) ?? startPython(executable, workerFolder, environment);
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => finish(error.message));
    child.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
    function finish(how: string): void {
      resolve();
      options.gone(how);
    }
  });
  const channel = openChannel<ZygoteReport, ZygoteCommand>(child.stdio[3] as Duplex, {
    message: options.report,
    closed: () => {},
  });
  channel.send(options.configure);
  return {
    pid: child.pid ?? 0,
    send: channel.send,
    kill: () => child.kill('SIGKILL'),
    close: async () => {
      channel.close();
      await exited;
    },
  };
}
