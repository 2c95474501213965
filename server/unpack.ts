/**
 * Unpacks an archive (a JSON file: path → text) into a folder that is to last, and sees at each start
 * whether it is still as it was: every file has its size, and none is newer than the marker, which is
 * written last and touched at each use. Files are replaced one by one, each at once, so that servers
 * that start together, or already run from that folder, never see a part of one.
 */

import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './cache.ts';

/** In each unpacked folder: path → size in bytes. Its time is that of the last use. */
const MARKER = 'unpacked.json';

const UNPACKED = /^worker-[0-9a-f]+$/;

const MAX_UNUSED = 30 * 24 * 3600 * 1000; // ms

/**
 * Whether there was anything to do.
 * @throws Error when the folder is another user's, or cannot be written.
 */
export function unpack(archive: string, folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isPrivate(folder)) throw new Error(`${folder} can be written by others`);
  if (isWhole(folder)) {
    touch(join(folder, MARKER));
    return false;
  }
  const texts = Object.entries(JSON.parse(readFileSync(archive, 'utf8')) as Record<string, string>);
  for (const [path, text] of texts) replaceFile(join(folder, path), text);
  const sizes = texts.map(([path, text]) => [path, Buffer.byteLength(text)]);
  replaceFile(join(folder, MARKER), JSON.stringify(Object.fromEntries(sizes)));
  return true;
}

/** Removes what other versions unpacked beside it and nobody used for a month. */
export function forgetUnused(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => UNPACKED.test(name))) {
    const folder = join(cache, name);
    try {
      if (Date.now() - lastUse(folder) > MAX_UNUSED) rmSync(folder, { recursive: true });
    } catch {
      // Another server removes it now, or it is another user's.
    }
  }
}

/** A folder of our own that nobody else can write: what is in it will be run. */
function isPrivate(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function isWhole(folder: string): boolean {
  try {
    const marker = join(folder, MARKER);
    const { mtimeMs: checked } = statSync(marker);
    const sizes = Object.entries(JSON.parse(readFileSync(marker, 'utf8')) as object);
    return sizes.every(([path, expected]) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return size === expected && mtimeMs <= checked;
    });
  } catch {
    return false;
  }
}

function touch(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

/** In ms since the epoch. One that was never finished counts from its beginning. */
function lastUse(folder: string): number {
  const marked = statSync(join(folder, MARKER), { throwIfNoEntry: false });
  return (marked ?? statSync(folder)).mtimeMs;
}
