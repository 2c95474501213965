/** Who writes a history: one server at a time, by a file beside it that names its process. */

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, markOf, type ProcessMark } from '../registry/process.ts';

export interface Lock {
  release(): void;
}

/** The lock, or the process that has it. @throws Node's error when the folder cannot be written. */
export function takeLock(file: string): Lock | ProcessMark {
  const lock = `${file}.lock`;
  const draft = `${lock}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(draft, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  try {
    linkSync(draft, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = holderOf(lock);
    if (holder && isRunning(holder)) return holder;
    renameSync(draft, lock); // in place of one that was killed
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => rmSync(lock, { force: true }) };
}

function holderOf(lock: string): ProcessMark | null {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as ProcessMark;
  } catch {
    return null; // it went meanwhile, or was not written whole
  }
}
