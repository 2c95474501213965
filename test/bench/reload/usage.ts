/** What a server and all that it started use. Linux only. */

import { readFileSync } from 'node:fs';
import { pss } from '../../support/memory.ts';

const TICK = 10; // ms: USER_HZ is 100 on every Linux that Node runs on

/** CPU time so far in ms, that of children which have ended included. */
export const cpuOfTree = (pids: number[]): number =>
  pids.reduce((sum, pid) => sum + cpuWithEndedChildren(pid), 0);

/** The proportional set size in bytes: what is shared counts once. */
export const memoryOfTree = (pids: number[]): number =>
  pids.reduce((sum, pid) => sum + unlessEnded(() => pss(pid)), 0);

function cpuWithEndedChildren(pid: number): number {
  return unlessEnded(() => {
    // After the name, which may hold anything: state is field 3, and 14 to 17 are its own and its
    // ended children's time in user and kernel mode.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK, 0);
  });
}

function unlessEnded(read: () => number): number {
  try {
    return read();
  } catch {
    return 0;
  }
}
