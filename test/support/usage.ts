/** What processes hold, from /proc. Linux only. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Usage {
  descriptors: number;
  threads: number;
  /** Bytes of the resident set. */
  memory: number;
}

/** @throws Error when the process is gone. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: field('Threads'),
    memory: field('VmRSS') * 1024,
  };
}

/** What its descriptors lead to: paths, `socket:[…]` and the like; those that it closes meanwhile are left out. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      return [readlinkSync(`${folder}/${descriptor}`)];
    } catch {
      return [];
    }
  });
}
