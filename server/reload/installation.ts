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
const LONGEST = 10_000;

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
  let progress = '';

  const settle = (): void => {
    movedAt = null;
    const contents = contentsOf(interpreter());
    if (contents === known) return;
    known = contents;
    changed();
  };

  const look = (): void => {
    const now = timesOf(interpreter());
    const isMoving = now !== times || (movedAt !== null && progress !== progressOf(interpreter()));
    if (isMoving) movedAt = performance.now();
    else if (movedAt !== null && isReady(interpreter(), performance.now() - movedAt)) settle();
    times = now;
    progress = movedAt === null ? '' : progressOf(interpreter());
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
  const name = newestIn(folder);
  if (name === undefined || !statsOf(join(folder, name))?.isDirectory()) return true;
  return name.endsWith('.dist-info') ? hasRecord(folder, name) : METADATA.test(name);
}

/** Changes as long as files are written into the package that came last. */
function progressOf(interpreter: Interpreter): string {
  return packageFolders(interpreter).map(newestTimes).join(';');
}

function newestTimes(folder: string): string {
  const newest = join(folder, newestIn(folder) ?? '');
  const inside = readNames(newest).map((name) => join(newest, name));
  return [newest, ...inside].map((path) => identity(statsOf(path))).join();
}

function newestIn(folder: string): string | undefined {
  const names = namesIn(folder);
  const changed = (name: string): number => statsOf(join(folder, name))?.ctimeMs ?? 0;
  const dated = names.map((name) => ({ name, at: changed(name) }));
  return dated.sort((a, b) => b.at - a.at)[0]?.name;
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
  return readNames(folder).filter((name) => !PASSING.test(name));
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it is not there, or is a file
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
