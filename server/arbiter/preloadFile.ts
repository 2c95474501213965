/**
 * What was learned to preload, kept over a restart: one JSON file a project and interpreter, in the
 * user's cache folder (mode 0600, written atomically). One that is damaged, or was written by another
 * version, is as good as none.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, type Environ, replaceFile } from '../cache.ts';
import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Microseconds } from '../stream/protocol.ts';
import { VERSION } from '../version.ts';

/** Of this file's form. What is rejected, and why, changes with each version of the server. */
const FORMAT = `1 ${VERSION}`;

/** Files in the folder; those that were not written for longest go first. */
const MAX_FILES = 100;
const MAX_MODULES = 5000;
const MAX_SIZE = 4_000_000; // bytes

/** A list is learned anew after a week, so that what the app no longer imports leaves it. */
const MAX_AGE = 7 * 24 * 3600 * 1000; // ms

export interface PreloadList {
  /** When the learning began, in ms since the epoch. */
  learned: number;
  /** In the order in which they are to be imported, with what that costs. */
  modules: Record<string, Microseconds>;
  /** Why the others of the app's library modules stay cold. */
  leftOut: Record<string, string>;
  /** Variables that a module reads from the environment while it is imported. */
  variables: Record<string, string[]>;
  /** Of interpreter, distributions and the values of those variables. */
  fingerprint: string;
  /** Why nothing at all is preloaded, else null. */
  off: string | null;
}

export interface PreloadFile {
  path: string;
  read(): PreloadList | null;
  write(list: PreloadList): void;
}

type Who = Pick<ServeSettings, 'app' | 'chdir' | 'interpreter'>;

export function preloadFile(who: Who, log: Log, environ: Environ = process.env): PreloadFile {
  const key = [who.chdir, who.app, who.interpreter.executable].join('\0');
  const name = createHash('sha256').update(key).digest('hex').slice(0, 24);
  const path = join(cacheFolder(environ), 'preload', `${name}.json`);
  const attempt = <Result>(what: string, act: () => Result): Result | null => {
    try {
      return act();
    } catch (error) {
      log('debug', `The preload list can't be ${what}: ${(error as Error).message}`);
      return null;
    }
  };
  return {
    path,
    read: () => (existsSync(path) ? attempt('used', () => parse(readBounded(path))) : null),
    write: (list) => void attempt('kept', () => replace(path, who, list)),
  };
}

function readBounded(path: string): string {
  const { size } = statSync(path);
  if (size > MAX_SIZE) throw new Error(`${path} has ${size} bytes`);
  return readFileSync(path, 'utf8');
}

/** @throws Error for what `replace` has not written. */
function parse(text: string): PreloadList {
  const found: unknown = JSON.parse(text);
  if (!isRecord(found) || found['format'] !== FORMAT) throw new Error('it is of another version');
  const { learned, modules, leftOut, variables, fingerprint, off } = found;
  const isWhole =
    typeof learned === 'number' &&
    isRecord(modules, (cost) => typeof cost === 'number') &&
    isRecord(leftOut, (reason) => typeof reason === 'string') &&
    isRecord(variables, (names) => Array.isArray(names)) &&
    typeof fingerprint === 'string' &&
    (off === null || typeof off === 'string');
  if (!isWhole) throw new Error('it is damaged');
  if (Date.now() - learned > MAX_AGE) throw new Error('it is older than a week');
  return { learned, modules, leftOut, variables, fingerprint, off } as PreloadList;
}

function isRecord(
  value: unknown,
  holds: (item: unknown) => boolean = () => true,
): value is Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every(holds);
}

function replace(path: string, { app, chdir, interpreter }: Who, list: PreloadList): void {
  const modules = Object.fromEntries(Object.entries(list.modules).slice(0, MAX_MODULES));
  const whose = { app, chdir, python: interpreter.executable };
  replaceFile(path, JSON.stringify({ format: FORMAT, ...whose, ...list, modules }, null, 1));
  forgetOldest(dirname(path));
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const byAge = files.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const file of byAge.slice(MAX_FILES)) rmSync(file, { force: true });
}
