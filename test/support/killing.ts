/** Kills workers at random, and tells whose connections went with them. Linux only. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Outstanding } from './askers.ts';
import type { Random } from './random.ts';
import type { StreamClient } from './stream.ts';
import { waitFor } from './wait.ts';

export interface Killed {
  /** The clients' ports of the connections that it held. */
  held: number[];
  /** Those of them on which it had begun a request, or had nothing to do. */
  begun: number[];
}

/**
 * Kills a worker, whatever it is at: importing, serving, retiring.
 *
 * A request is begun by a worker that has read its first byte: when the worker stood still, less of it
 * was left to read in the kernel than was sent. One that was sent after that was not begun.
 */
export async function killWorker(
  stream: StreamClient,
  random: Random,
  asked: ReadonlyMap<number, Outstanding>,
): Promise<Killed> {
  const workers = livingWorkers(stream);
  const pid = workers[random.below(workers.length)];
  if (pid === undefined) return { held: [], begun: [] };
  const before = new Map([...asked].map(([port, { number }]) => [port, number]));
  await standStill(pid);
  const unread = unreadOf(pid);
  const held = [...unread.keys()];
  const begun = held.filter((port) => {
    const now = asked.get(port);
    return now?.number !== before.get(port) || now?.sent !== unread.get(port);
  });
  signal(pid, 'SIGKILL');
  return { held, begun };
}

function livingWorkers({ events }: StreamClient): number[] {
  const living = new Set<number>();
  for (const event of events) {
    if (event.type !== 'worker') continue;
    if (event.state === 'exited') living.delete(event['process.pid']);
    else living.add(event['process.pid']);
  }
  return [...living];
}

async function standStill(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP');
  await waitFor(`process ${pid} to stop`, () => /^[TZX]?$/.test(stateOf(pid)), { interval: 1 });
}

/** Of the connections that it holds: the client's port, and how many bytes wait to be read. */
function unreadOf(pid: number): Map<number, number> {
  const connections = connectionsByInode();
  return new Map(inodesOf(pid).flatMap((inode) => connections.get(inode) ?? []));
}

/** Empty when it is gone. */
function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] ?? '';
  } catch {
    return '';
  }
}

function inodesOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((fd) => {
      const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`)) ?? [];
      return inode;
    });
  } catch {
    return [];
  }
}

/** Client's port and unread bytes, by the inode of the server's socket (or the server's, by the client's). */
function connectionsByInode(): Map<string, [number, number][]> {
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
  const found = new Map<string, [number, number][]>();
  for (const line of lines) {
    const [, , remote = '', , queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
    const port = Number.parseInt(remote.split(':')[1] ?? '', 16);
    if (port) found.set(inode, [[port, Number.parseInt(queues.split(':')[1] ?? '', 16)]]);
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}
