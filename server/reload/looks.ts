/** Looks at files and folders that may not be there, or may be something else by now. */

import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';

export function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it is not there, or is a file
  }
}

export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return '';
  }
}

/** Another text for another file, or another content. */
export const identity = (stats: Stats | undefined): string =>
  stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : 'absent';
