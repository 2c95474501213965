/**
 * Whether an installer is at work in a folder of packages, seen by what it has left there so far.
 *
 * pip moves an older version out of the way (`~name`), unpacks the new one, its metadata last, compiles
 * it, writes `RECORD` anew and removes what it had moved. Others do less of that, in the same order.
 */

import { join } from 'node:path';
import { identity, readNames, statsOf } from './looks.ts';

/** How the folder is called in which an installer says what it has installed. */
const METADATA = /\.(dist|egg)-info$/;
/** What pip has moved out of the way; it stays there if pip is killed. */
const MOVED = /^~/;
/** Not installed: Python's own, and what is on its way out. */
const PASSING = /^(__pycache__$|~)/;

/** The names of what is installed in the folder. */
export function namesIn(folder: string): string[] {
  return readNames(folder).filter((name) => !PASSING.test(name));
}

/** Absolute paths of what an installer has moved out of the way. */
export function movedAway(folder: string): string[] {
  return readNames(folder)
    .filter((name) => MOVED.test(name))
    .map((name) => join(folder, name));
}

/** `leftovers`: what was moved away long ago, and will not be removed. */
export function isAtWork(folder: string, leftovers: ReadonlySet<string>): boolean {
  if (movedAway(folder).some((path) => !leftovers.has(path))) return true;
  const name = newestIn(folder);
  if (name === undefined || !statsOf(join(folder, name))?.isDirectory()) return false;
  if (!METADATA.test(name)) return true; // a package whose metadata are still to come
  return name.endsWith('.dist-info') && !statsOf(join(folder, name, 'RECORD'));
}

/** Changes as long as files are written into the package that came last. */
export function progressOf(folder: string): string {
  const newest = join(folder, newestIn(folder) ?? '');
  const inside = readNames(newest).map((name) => join(newest, name));
  return [newest, ...inside].map((path) => identity(statsOf(path))).join();
}

function newestIn(folder: string): string | undefined {
  const changed = (name: string): number => statsOf(join(folder, name))?.ctimeMs ?? 0;
  const dated = namesIn(folder).map((name) => ({ name, at: changed(name) }));
  return dated.sort((a, b) => b.at - a.at)[0]?.name;
}
