/** Kills workers at random, and tells whose connections went with them. Linux only. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Random } from './random.ts';
import type { StreamClient } from './stream.ts';
import { waitFor } from './wait.ts';

/**
 * Kills a worker, whatever it is at: importing, serving, retiring.
 * @returns the clients' ports of the connections that it held.
 */
export async function killWorker(stream: StreamClient, random: Random): Promise<number[]> {
  const workers = livingWorkers(stream);
  const pid = workers[random.below(workers.length)];
  if (pid === undefined) return [];
  const held = await heldBy(pid);
  signal(pid, 'SIGKILL');
  return held;
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

/** Stops it, so that it gets no other connection after this. */
async function heldBy(pid: number): Promise<number[]> {
  signal(pid, 'SIGSTOP');
  await waitFor(`process ${pid} to stop`, () => /^[TZX]?$/.test(stateOf(pid)), { interval: 1 });
  const ports = clientPorts();
  return inodesOf(pid).flatMap((inode) => ports.get(inode) ?? []);
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

/** By the inode of either end's socket; a worker has those of the server's end. */
function clientPorts(): Map<string, number> {
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
  const ports = new Map<string, number>();
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    const remote = Number.parseInt(fields[2]?.split(':')[1] ?? '', 16);
    if (remote && fields[9]) ports.set(fields[9], remote);
  }
  return ports;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}
