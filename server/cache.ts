/** The user's cache folder: everything in it can be made again, and may be gone at any time. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Environ = Readonly<Record<string, string | undefined>>;

/** By the XDG Base Directory Specification, on macOS by Apple's File System Programming Guide. */
export function cacheFolder(environ: Environ): string {
  const home = environ['HOME'] ?? homedir();
  if (process.platform === 'darwin') return join(home, 'Library/Caches/prefork');
  return resolve(environ['XDG_CACHE_HOME'] || join(home, '.cache'), 'prefork');
}

/**
 * Writes a file (mode 0600, its folders 0700) whole or not at all, whoever else writes it now.
 * @throws Node's error when it cannot.
 */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
