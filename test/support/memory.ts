/** What processes use, from /proc. Linux only; in bytes. */

import { readFileSync } from 'node:fs';

/** The proportional set size: what is shared with other processes counts in part. */
export const pss = (pid: number): number => field(`/proc/${pid}/smaps_rollup`, 'Pss');

/** The largest resident set so far. */
export const peakRss = (pid: number): number => field(`/proc/${pid}/status`, 'VmHWM');

function field(file: string, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'));
  return Number(line?.[1]) * 1024;
}
