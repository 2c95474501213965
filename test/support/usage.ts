/** What processes hold, from /proc. Linux only. */

import { readdirSync, readFileSync } from 'node:fs';

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
