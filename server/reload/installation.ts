/**
 * What the app's libraries are: the interpreter, and the packages that are installed for it. A look at
 * a few times once a second is enough; an installer at work is waited for, so that it is one change.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Interpreter } from '../settings/serveSettings.ts';
import { isInside } from './change.ts';
import { isAtWork, movedAway, namesIn, progressOf } from './installer.ts';
import { identity, realPath, statsOf } from './looks.ts';

/** Milliseconds. */
const LOOK_EVERY = 1_000;
const LOOK_AGAIN = 300;
/** What looks half installed for longer is taken as it is. */
const LONGEST = 10_000;
/** How long it is to be quiet: so much of the time that it took, as a busy machine stops for longer. */
const QUIET = 1 / 4;
const QUIET_LONGEST = 2_000;

export interface Installation {
  /** Whether the file is one of an installed package. */
  owns(path: string): boolean;
  close(): void;
}

/** When something was seen to move first and last: `performance.now()`. */
interface Movement {
  first: number;
  last: number;
}

/** `changed` is called when something was installed or removed, or the interpreter is another. */
export function watchInstallation(
  interpreter: () => Interpreter,
  changed: () => void,
): Installation {
  let times = timesOf(interpreter());
  let known = contentsOf(interpreter());
  let leftovers = leftoversOf(interpreter());
  let movement: Movement | null = null;
  let progress = '';

  const settle = (): void => {
    movement = null;
    leftovers = leftoversOf(interpreter());
    const contents = contentsOf(interpreter());
    if (contents === known) return;
    known = contents;
    changed();
  };

  const isMoving = (now: string): boolean =>
    now !== times || (movement !== null && progress !== progressIn(interpreter()));

  const look = (): void => {
    const now = timesOf(interpreter());
    const at = performance.now();
    if (isMoving(now)) movement = { first: movement?.first ?? at, last: at };
    else if (movement !== null && isOver(interpreter(), movement, leftovers)) settle();
    times = now;
    progress = movement === null ? '' : progressIn(interpreter());
    wait();
  };

  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(look, movement === null ? LOOK_EVERY : LOOK_AGAIN).unref();
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

/** Whether nothing is to be expected any more after such a movement. */
function isOver(
  interpreter: Interpreter,
  { first, last }: Movement,
  leftovers: ReadonlySet<string>,
): boolean {
  if (!statsOf(interpreter.executable)) return false;
  const quiet = performance.now() - last;
  if (quiet > LONGEST) return true;
  if (quiet < Math.min((last - first) * QUIET, QUIET_LONGEST)) return false;
  return !packageFolders(interpreter).some((folder) => isAtWork(folder, leftovers));
}

const progressIn = (interpreter: Interpreter): string =>
  packageFolders(interpreter).map(progressOf).join(';');

const leftoversOf = (interpreter: Interpreter): Set<string> =>
  new Set(packageFolders(interpreter).flatMap(movedAway));

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
