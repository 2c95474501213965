/** What processes use: resident memory and processor time, from the system and not from them. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Microseconds } from '../stream/protocol.ts';

export interface Usage {
  /** Bytes of the resident set. */
  memory: number;
  /** In user and kernel mode, since its start. */
  cpu: Microseconds;
}

/** Processes that have ended are left out. */
export async function usageOf(pids: number[]): Promise<Map<number, Usage>> {
  if (pids.length === 0) return new Map();
  if (process.platform === 'linux') return fromProc(pids);
  const told = await promisify(execFile)('ps', ['-o', 'pid=,rss=,time=', '-p', pids.join()]);
  return parsePs(told.stdout);
}

async function fromProc(pids: number[]): Promise<Map<number, Usage>> {
  const read = (pid: number, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8');
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        return [pid, parseProc(await read(pid, 'status'), await read(pid, 'stat'))] as const;
      } catch {
        return null; // it has ended
      }
    }),
  );
  return new Map(found.filter((one) => one !== null));
}

/** USER_HZ, in which the kernel tells time to programs: 100 on every architecture (proc_pid_stat(5)). */
const TICK = 1_000_000 / 100;

/** @param stat the fields after the name, which may hold spaces and parentheses itself, begin at the third */
export function parseProc(status: string, stat: string): Usage {
  const kibibytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, kernel = 0] = fields.slice(11, 13).map(Number);
  return { memory: kibibytes * 1024, cpu: (user + kernel) * TICK };
}

/** macOS: `  501  12345   0:01.23`, kibibytes and `[[days-]hours:]minutes:seconds`. */
export function parsePs(text: string): Map<number, Usage> {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(
    rows.flatMap(([pid, rss, time]) =>
      pid && rss && time
        ? [[Number(pid), { memory: Number(rss) * 1024, cpu: secondsOf(time) * 1e6 }] as const]
        : [],
    ),
  );
}

function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const parts = (clock ?? '').split(':').map(Number);
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0);
}
