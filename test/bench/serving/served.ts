/** A server as a group of processes: started, asked for what it uses, and ended by its own pid. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../../support/http.ts';
import { MARK, markedProcesses } from '../../support/processes.ts';
import { waitFor } from '../../support/wait.ts';

export interface Served {
  readonly url: string;
  readonly port: number;
  /** The processes that nobody forked from: where apps run. */
  workers(): number[];
  /** All its processes. */
  pids(): number[];
  /** CPU time of all its processes so far, in µs. */
  cpu(): number;
  stop(): Promise<void>;
}

export interface Command {
  file: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  /** How often it is asked whether it answers, in ms. */
  interval?: number;
}

/** Marks of the servers that run: Ctrl-C must leave none. */
const running = new Set<string>();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Not `once`: the same signal may come twice (to the process and to its group), and the second
  // would end this in the middle.
  process.on(signal, () => {
    for (const mark of running) killMarked(mark);
    process.exit(130);
  });
}

const TICK = 10_000; // µs: USER_HZ is 100 on every Linux that Node runs on
const GRACE = 5000; // ms

/** Resolves when it answers. @throws Error with what it wrote when it does not. */
export async function serve(port: number, command: Command): Promise<Served> {
  const { file, args, cwd, env = {}, interval = 50 } = command;
  const mark = `bench-${process.pid}-${port}`;
  const child = spawn(file, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env, [MARK]: mark },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  running.add(mark);
  let written = '';
  child.stderr.on('data', (data) => (written = (written + data).slice(-2000)));
  const exited = once(child, 'exit');
  const processes = () => markedProcesses(mark);
  const url = `http://127.0.0.1:${port}`;

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(GRACE, undefined, { ref: false })]);
    killMarked(mark);
    running.delete(mark);
  }

  try {
    await waitFor(`${file} to answer`, () => answers(url), { seconds: 20, interval });
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}:\n${written}`);
  }
  return {
    url,
    port,
    workers() {
      const all = processes();
      return all.map(({ pid }) => pid).filter((pid) => !all.some(({ parent }) => parent === pid));
    },
    pids: () => processes().map(({ pid }) => pid),
    cpu: () => processes().reduce((sum, { pid }) => sum + cpuOf(pid), 0),
    stop,
  };
}

/** Free a moment ago: the peers cannot say which port they took. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const answers = async (url: string): Promise<boolean> => (await send(url)).status === 200;

function cpuOf(pid: number): number {
  try {
    // After the name, which may hold anything: state is field 3, utime 14, stime 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  } catch {
    return 0; // it has just ended
  }
}

function killMarked(mark: string): void {
  for (const { pid } of markedProcesses(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has just ended
    }
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const { GUNICORN_CMD_ARGS: _, WEB_CONCURRENCY: __, PORT: ___, ...inherited } = process.env;
  return inherited;
}
