/**
 * Which processes a server left. They are known by a mark in their environment, which a child
 * inherits whatever it does to its session, its process group or its parent. Linux only.
 */

import { readdirSync, readFileSync } from 'node:fs';

export const MARK = 'PREFORK_TEST_SERVER';

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Live processes (zombies excluded) that carry the mark. */
export function markedProcesses(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environment(pid).includes(`${MARK}=${mark}`))
    .map((pid) => ({ pid, parent: parentOf(pid), command: commandLine(pid) }));
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export const childrenOf = (pid: number, among: Process[]): Process[] =>
  among.filter((process) => process.parent === pid);

const environment = (pid: number): string[] => read(pid, 'environ').split('\0');

const commandLine = (pid: number): string => read(pid, 'cmdline').replaceAll('\0', ' ').trim();

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0);

/** Empty when the process is gone or someone else's. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
