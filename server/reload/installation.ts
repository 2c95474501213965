/**
 * What the app's libraries are: the interpreter, and the packages that are installed for it. A look at
 * a few times once a second is enough; an installer at work is waited for, so that it is one change.
 */

import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Interpreter } from '../settings/serveSettings.ts';
import { isInside } from './change.ts';

/** Milliseconds. */
const LOOK_EVERY = 1_000;
const LOOK_AGAIN = 300;
/** What looks half installed for longer is taken as it is. */
const LONGEST = 5_000;

/** How the folder is called in which an installer says, last of all, what it has installed. */
const METADATA = /\.(dist|egg)-info$/;
/** Not installed: Python's own, and what pip moves out of the way. */
const PASSING = /^(__pycache__$|~)/;

export interface Installation {
  /** Whether the file is one of an installed package. */
  owns(path: string): boolean;
  close(): void;
}

/** `changed` is called when something was installed or removed, or the interpreter is another. */
export function watchInstallation(
  interpreter: () => Interpreter,
  changed: () => void,
): Installation {
  let times = timesOf(interpreter());
  let known = contentsOf(interpreter());
  let movedAt: number | null = null;

  const settle = (): void => {
    movedAt = null;
    const contents = contentsOf(interpreter());
    if (contents === known) return;
    known = contents;
    changed();
  };

  const look = (): void => {
    const now = timesOf(interpreter());
    if (now !== times) movedAt = performance.now();
    else if (movedAt !== null && isReady(interpreter(), performance.now() - movedAt)) settle();
    times = now;
    wait();
  };

  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(look, movedAt === null ? LOOK_EVERY : LOOK_AGAIN).unref();
  };
  wait();
  return {
    owns: (path) => packageFolders(interpreter()).some((folder) => isInside(path, folder)),
    close: () => clearTimeout(timer),
  };
}

/** Where packages are installed for it. */
function packageFolders({ prefix, version }: Interpreter): string[] {
  const python = `python${version.split('.').slice(0, 2).join('.')}`;
  const own = join(prefix, 'lib', python);
  return [
    join(own, 'site-packages'),
    join(own, 'dist-packages'),
    join(prefix, 'lib', 'python3', 'dist-packages'),
    join(prefix, 'local', 'lib', python, 'dist-packages'),
    join(homedir(), '.local', 'lib', python, 'site-packages'),
  ];
}

function timesOf(interpreter: Interpreter): string {
  const configuration = join(interpreter.prefix, 'pyvenv.cfg');
  const places = [interpreter.executable, configuration, ...packageFolders(interpreter)];
  return places.map((place) => identity(statsOf(place))).join(';');
}

/** An installer writes `RECORD` last; until then the newest thing is a package without metadata. */
function isReady(interpreter: Interpreter, quiet: number): boolean {
  if (!statsOf(interpreter.executable)) return false;
  return quiet > LONGEST || packageFolders(interpreter).every(isWhole);
}

function isWhole(folder: string): boolean {
  const names = namesIn(folder);
  const dated = names.map((name) => ({ name, stats: statsOf(join(folder, name)) }));
  dated.sort((a, b) => (b.stats?.ctimeMs ?? 0) - (a.stats?.ctimeMs ?? 0));
  const newest = dated[0];
  if (!newest?.stats?.isDirectory()) return true;
  if (newest.name.endsWith('.dist-info')) return hasRecord(folder, newest.name);
  return METADATA.test(newest.name);
}

function hasRecord(folder: string, name: string): boolean {
  return statsOf(join(folder, name, 'RECORD')) !== undefined;
}

/** Names what is installed, so that another content is another text. */
function contentsOf(interpreter: Interpreter): string {
  const { executable, prefix } = interpreter;
  const own = [realPath(executable), identity(statsOf(executable))];
  const environment = identity(statsOf(join(prefix, 'pyvenv.cfg')));
  return JSON.stringify([own, environment, packageFolders(interpreter).map(installedIn)]);
}

function installedIn(folder: string): string[] {
  return namesIn(folder).map((name) => {
    const record = name.endsWith('.dist-info') ? statsOf(join(folder, name, 'RECORD')) : undefined;
    return record ? `${name} ${identity(record)}` : name;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !PASSING.test(name));
  } catch {
    return [];
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return '';
  }
}

const identity = (stats: Stats | undefined): string =>
  stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : 'absent';
