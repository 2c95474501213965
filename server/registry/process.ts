/** Which process a file speaks of: ids are used again, and a process that was killed removes nothing. */

import { readFileSync } from 'node:fs';

export interface ProcessMark {
  pid: number;
  /** When it was started, in ticks since the system was; null where only `ps` would tell. */
  start: string | null;
}

export const markOf = (pid: number): ProcessMark => ({ pid, start: startOf(pid) });

/** Whether it is still there: this one, and not another with its id. */
export function isRunning({ pid, start }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return start === null || start === startOf(pid);
}

/** The 22nd field of proc_pid_stat(5); those after the name, which may hold spaces, begin at the third. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
