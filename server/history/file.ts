/**
 * The history's file: gzip members one after another, so that what is new is added at the end (`zcat` reads
 * it). What is cut off in the middle of a member, by a kill or a full disk, costs that member's end only.
 */

import { mkdirSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';

/** Characters of text that go into one member. */
const MEMBER = 512 * 1024;
const MOST = 128 * 1024 * 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The text; null when there is no file. @throws Error when it cannot be read, or is not gzip. */
export async function readText(file: string): Promise<Buffer | null> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!content?.length) return content;
  // Flushed, an end that is missing is no error.
  return decompress(content, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST });
}

/** Adds lines at the end. */
export async function append(file: string, lines: Iterable<string>): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await write(handle, lines);
  } finally {
    await handle.close();
  }
}

/** Writes the file anew, whole or not at all, for its owner alone. */
export async function replace(file: string, lines: Iterable<string>): Promise<void> {
  const draft = `${file}.new`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await rm(draft, { force: true });
  try {
    await append(draft, lines);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function write(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < MEMBER) continue;
    await handle.writeFile(await compress(text));
    text = '';
  }
  if (text) await handle.writeFile(await compress(text));
}
