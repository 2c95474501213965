/** Runs one command of the tests in a process group and a temporary folder of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { makeTempFolder, removeFolder } from '../support/folders.ts';
import { cacheFolder, root } from '../support/paths.ts';

export interface Ran {
  /** Exit code, signal, or `timed out after N s`. */
  status: number | string;
  /** What it wrote to stdout and stderr. */
  output: string;
  milliseconds: number;
}

const running = new Set<ChildProcess>();

/** So that Ctrl-C leaves nothing of the tests. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    running.forEach(killGroup);
    process.exit(130);
  });
}

export async function run(command: string, args: string[], seconds: number): Promise<Ran> {
  const started = performance.now();
  const folder = makeTempFolder();
  const child = spawn(command, args, {
    cwd: root,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const status = await ending(child, seconds);
  running.delete(child);
  killGroup(child);
  removeFolder(folder);
  return { status, output, milliseconds: performance.now() - started };
}

function ending(child: ChildProcess, seconds: number): Promise<number | string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      killGroup(child);
      resolve(`timed out after ${seconds} s`);
    }, seconds * 1000);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'ended'));
    child.once('exit', () => clearTimeout(timer));
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // the whole group is gone already
  }
}

/** Tests see bytecode being written, as users do. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { PYTHONDONTWRITEBYTECODE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  return { ...inherited, PREFORK_TEST_CACHE: cacheFolder, TMPDIR: folder };
}
