/** The zygote's process: spawned with the control channel on descriptor 3, in a session of its own. */

import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { openChannel } from './channel.ts';
import type { Configure, ZygoteCommand, ZygoteReport } from './control.ts';

/**
 * Run by `-c`, so that there is no `__main__` file for `multiprocessing` to import again in an app's
 * own children. The package goes last on `sys.path`, where it shadows nothing of the app's.
 */
const START = `\
import sys
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
  configure: Configure;
  report(report: ZygoteReport): void;
  /** It ended, asked to or not. */
  gone(how: string): void;
}

export function spawnZygote(options: ZygoteOptions): Zygote {
  const child = spawn(options.executable, ['-c', START, options.workerFolder, 'zygote'], {
    // A session of its own: Ctrl-C reaches the arbiter alone, which ends the rest in order.
    detached: true,
    env: options.environment,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
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
