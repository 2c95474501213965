/**
 * A real server, started as a user starts it, in a temporary folder of its own. Stopping it checks
 * that it leaves nothing behind: no process, no socket, no info file.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import type { ServerInfo } from '../../server/stream/serverInfo.ts';
import { cleanUp } from './cleanup.ts';
import { makeTempFolder, removeFolder } from './folders.ts';
import { serverBundle, systemNode, venvPython } from './paths.ts';
import { childrenOf, isAlive, MARK, markedProcesses, type Process } from './processes.ts';
import { connectStream, type StreamClient } from './stream.ts';
import { waitFor, within } from './wait.ts';

export interface ServerOptions {
  /** The app hook. */
  app: string;
  cwd: string;
  /** Options besides `--dev --bind 127.0.0.1:0 --info-file … --python …`. */
  args?: string[];
  env?: Record<string, string>;
  python?: string;
  /** Default: true. */
  dev?: boolean;
  bind?: string;
  /** Hold a Node IPC channel, as the editor does: the server ends when it closes. */
  ipc?: boolean;
  /** The bundle that is run; default: the one that the build made. */
  bundle?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The command line at work, whether or not it gets as far as serving. */
export interface Command {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything written so far. */
  readonly stdout: string;
  readonly stderr: string;
  readonly infoFile: string;
  readonly exited: Promise<Exit>;
  /** Every live process that it started, itself included. */
  processes(): Process[];
  /** What it left in the folders for temporary and runtime files. */
  leftovers(): string[];
  /** Kills what is left, and forgets the folder. */
  dispose(): void;
}

export interface RunningServer extends Command {
  readonly info: ServerInfo;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Connected at the first call; the same client afterwards. */
  stream(): Promise<StreamClient>;
  /** Ends it with `signal` (default: SIGTERM) and checks that nothing is left. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Starts it, waits until the first generation answers, and stops it when the test ends. */
export async function startServer(
  test: TestContext,
  options: ServerOptions,
): Promise<RunningServer> {
  const command = runServer(test, options);
  const info = await readInfo(command);
  let stopped: Promise<Exit> | undefined;
  let client: Promise<StreamClient> | undefined;

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    command.child.kill(signal);
    const ended = within(15, `the server to end at ${signal}`, command.exited);
    const exit = await ended.catch((error) => {
      throw new Error(
        `${error.message}\n${JSON.stringify(command.processes())}\n${command.stderr}`,
      );
    });
    await client?.then((connected) => connected.close());
    await assertNothingLeft(command);
    return exit;
  }

  const server: RunningServer = Object.assign(command, {
    info,
    url: info.addresses[0] ?? '',
    stream: () => (client ??= connectStream(info.stream ?? '')),
    stop: (signal?: NodeJS.Signals) => (stopped ??= stop(signal)),
  });
  cleanUp(test, () => server.stop());
  return server;
}

/** Only starts it; whatever is left when the test ends is killed. */
export function runServer(test: TestContext, options: ServerOptions): Command {
  const folder = makeTempFolder();
  const mark = randomUUID();
  const infoFile = join(folder, 'info.json');
  const { bundle = serverBundle, ipc = false } = options;
  const child = spawn(systemNode(), [bundle, ...commandLine(options, infoFile)], {
    cwd: options.cwd,
    env: { ...environment(folder, mark), ...options.env },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const command = observe(child, folder, mark);
  cleanUp(test, () => command.dispose());
  return command;
}

function observe(child: ChildProcess, folder: string, mark: string): Command {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => (stdout += data));
  child.stderr?.on('data', (data) => (stderr += data));
  const exited = ending(child);
  const processes = () => markedProcesses(mark);

  return {
    child,
    pid: child.pid ?? 0,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    infoFile: join(folder, 'info.json'),
    exited,
    processes,
    leftovers: () => (existsSync(folder) ? readdirSync(folder) : []),
    dispose() {
      for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
      removeFolder(folder);
    },
  };
}

/**
 * Once all that it wrote is read, or the test has closed its end. Not by `close`, which a child with an
 * IPC channel may not emit.
 */
async function ending(child: ChildProcess): Promise<Exit> {
  const outputs = [child.stdout, child.stderr].flatMap((output) => output ?? []);
  const [[code, signal]] = await Promise.all([
    once(child, 'exit'),
    ...outputs.map((output) => finished(output).catch(() => undefined)),
  ]);
  return { code, signal };
}

function commandLine(options: ServerOptions, infoFile: string): string[] {
  const { app, python = venvPython, dev = true, bind = '127.0.0.1:0', args = [] } = options;
  const mode = dev ? ['--dev'] : [];
  return [...mode, '--bind', bind, '--info-file', infoFile, '--python', python, ...args, app];
}

/** Instead of the user's own: each test file learns from nothing what to preload. */
const cacheHome = makeTempFolder();
process.on('exit', () => removeFolder(cacheHome));

/** Temporary and runtime files go where {@link Command.leftovers} looks. */
function environment(folder: string, mark: string): NodeJS.ProcessEnv {
  const { PYTHONDONTWRITEBYTECODE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const folders = { TMPDIR: folder, XDG_RUNTIME_DIR: folder, XDG_CACHE_HOME: cacheHome };
  return { ...inherited, [MARK]: mark, ...folders };
}

async function readInfo(command: Command): Promise<ServerInfo> {
  let exit: Exit | undefined;
  void command.exited.then((ended) => (exit = ended));
  const arrived = () => exit !== undefined || existsSync(command.infoFile);
  await waitFor('the info file', arrived, { seconds: 30 }).catch((error) => {
    throw new Error(`${error.message}; the server said:\n${command.stderr}`);
  });
  assert.equal(exit, undefined, `the server ended early: ${command.stderr}`);
  return JSON.parse(readFileSync(command.infoFile, 'utf8')) as ServerInfo;
}

/** The process ids of the workers: the zygote's children. */
export function workersOf(server: RunningServer): number[] {
  const processes = server.processes();
  const zygotes = childrenOf(server.pid, processes).map(({ pid }) => pid);
  return zygotes.flatMap((zygote) => childrenOf(zygote, processes).map(({ pid }) => pid));
}

/** Within some seconds; dead workers may still be in the kernel's hands. */
export async function assertNothingLeft(command: Command): Promise<void> {
  const clean = () => command.processes().length === 0 && command.leftovers().length === 0;
  await waitFor('nothing to be left', clean, { seconds: 10 }).catch(() => undefined);
  assert.deepEqual(command.processes(), [], 'processes are left');
  assert.deepEqual(command.leftovers(), [], 'files are left');
  assert.equal(isAlive(command.pid), false);
}
