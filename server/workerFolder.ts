/** Where the Python package `prefork_worker` is: beside the server, or unpacked from the archive there. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder, type Environ } from './cache.ts';
import { SERVER_FOLDER } from './siblings.ts';
import { forgetUnused, unpack } from './unpack.ts';

/** What the build names after its content, so that nobody need read it to know what is in it. */
const ARCHIVE = /^worker-[0-9a-f]+\.json$/;

let found: string | undefined;

/** The folder that holds it, the same for the life of this process. */
export function workerFolder(): string {
  found ??= findWorkerFolder(SERVER_FOLDER, process.env);
  return found;
}

/**
 * As a folder beside the server it is used there. An archive is unpacked into the user's cache, once;
 * where that cannot be, into a temporary folder that goes with this process.
 * @throws Error when there is neither, and Node's when nothing can be written anywhere.
 */
export function findWorkerFolder(serverFolder: string, environ: Environ): string {
  const beside = join(serverFolder, 'worker');
  if (existsSync(beside)) return beside;
  const name = readdirSync(serverFolder).find((file) => ARCHIVE.test(file));
  if (!name) throw new Error(`${serverFolder} lacks the Python package prefork_worker`);
  const archive = join(serverFolder, name);
  try {
    return unpackIntoCache(archive, cacheFolder(environ));
  } catch {
    return unpackForNow(archive);
  }
}

function unpackIntoCache(archive: string, cache: string): string {
  const folder = join(cache, basename(archive, '.json'));
  if (unpack(archive, folder)) forgetUnused(cache);
  return folder;
}

function unpackForNow(archive: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'prefork-worker-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  unpack(archive, folder);
  return folder;
}
