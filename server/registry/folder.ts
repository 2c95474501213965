/**
 * Where this user's servers say how to reach them: `$XDG_RUNTIME_DIR/prefork`, or `prefork-UID` among the
 * temporary files, which a system without the former has in common for all users. So it is used only if
 * it is this user's own and closed to others: whoever reads it can connect.
 */

import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environ } from '../cache.ts';

const user = (): number => process.getuid?.() ?? -1;

/** Where a server of this process registers itself. */
export function registryFolder(environ: Environ = process.env): string {
  const runtime = environ['XDG_RUNTIME_DIR'];
  return runtime && isOurs(runtime) ? join(runtime, 'prefork') : temporary();
}

/** Where servers may be registered: one that a service manager started may lack the variable. */
export function registryFolders(environ: Environ = process.env): string[] {
  return [...new Set([registryFolder(environ), temporary()])].filter(isPrivate);
}

/** @throws Error when it is not this user's alone. */
export function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isPrivate(folder)) throw new Error(`${folder} is not a folder that is yours alone (0700)`);
}

const temporary = (): string => join(tmpdir(), `prefork-${user()}`);

function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === user();
}

/** A link is refused: it could lead to a folder of ours that is meant for something else. */
function isPrivate(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === user() && (found.mode & 0o077) === 0;
}
