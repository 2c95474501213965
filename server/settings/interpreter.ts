/**
 * Which Python serves the app: the one that was asked for, else the active virtual environment, else
 * the project's (`.venv`, `venv`), else the first on the PATH. It is run once, to see that it can.
 */

import { execFile } from 'node:child_process';
import { lstatSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Interpreter } from './serveSettings.ts';
import { SettingsError } from './settingsError.ts';

const run = promisify(execFile);

const OLDEST_MINOR = 9;
const PROBE_TIMEOUT = 15_000; // ms

/** Imports nothing that a file in the working folder could shadow, and runs on any Python. */
const PROBE = `import sys
sys.stdout.write('\\n'.join(['', sys.executable, sys.prefix, '%d.%d.%d' % sys.version_info[:3]]))`;

export interface WhereToLook {
  /** The setting `--python`: a file, the folder of an environment, or a command. */
  python: string | null;
  /** Folders that may hold a `.venv` or `venv`, best first. */
  folders: readonly string[];
  environ: Readonly<Record<string, string | undefined>>;
}

/**
 * `found` is told its path before it is run.
 * @throws SettingsError when there is none, it cannot be run, or it is too old.
 */
export async function findInterpreter(
  where: WhereToLook,
  found: (path: string) => void = () => {},
): Promise<Interpreter> {
  const path = where.python === null ? discover(where) : asked(where.python, where.environ);
  found(path);
  const interpreter = await probe(path, where.environ);
  const [major = 0, minor = 0] = interpreter.version.split('.').map(Number);
  if (major === 3 && minor >= OLDEST_MINOR) return interpreter;
  const need = `Prefork needs 3.${OLDEST_MINOR} or newer; name another with --python`;
  throw new SettingsError(`Python ${interpreter.version} at ${path} is too old: ${need}`);
}

function asked(python: string, environ: WhereToLook['environ']): string {
  if (!python.includes('/')) {
    const found = onPath(python, environ) ?? (exists(python) ? python : null);
    if (found !== null) return inFolder(resolve(found));
    throw new SettingsError(`--python ${python}: no such file, and no such command on the PATH`);
  }
  if (!exists(python)) throw new SettingsError(`--python ${python}: no such file`);
  return inFolder(resolve(python));
}

/** An environment may be named by its folder. */
function inFolder(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder ? join(path, 'bin', 'python') : path;
}

function discover({ folders, environ }: WhereToLook): string {
  const active = environ['VIRTUAL_ENV'];
  const environments = folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]);
  const inside = [...(active ? [active] : []), ...environments].map(inBin).find(exists);
  const found = inside ?? onPath('python3', environ) ?? onPath('python', environ);
  if (found) return found;
  const looked = `no .venv or venv in ${folders.join(' or ')}, no python3 or python on the PATH`;
  throw new SettingsError(
    `No Python found: ${looked}; install Python 3.${OLDEST_MINOR} or newer, or name one with --python`,
  );
}

function inBin(environment: string): string {
  return join(environment, 'bin', 'python');
}

/** Also true of a link to a Python that is gone: to say so is better than to take another. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function onPath(command: string, environ: WhereToLook['environ']): string | null {
  const folders = (environ['PATH'] ?? '').split(delimiter).filter(Boolean);
  const files = folders.map((folder) => join(folder, command));
  return files.find((file) => isExecutable(file)) ?? null;
}

function isExecutable(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return Boolean(stats?.isFile() && stats.mode & 0o111);
}

async function probe(path: string, environ: WhereToLook['environ']): Promise<Interpreter> {
  try {
    const options = { env: environ as NodeJS.ProcessEnv, timeout: PROBE_TIMEOUT };
    const { stdout } = await run(path, ['-c', PROBE], options);
    const [executable = '', prefix = '', version = ''] = stdout.split('\n').slice(-3);
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error('it is not a Python');
    return { executable: executable || path, version, prefix };
  } catch (error) {
    throw new SettingsError(`Python at ${path} cannot be run: ${reason(error)}`);
  }
}

/** The last line that it wrote is the one that says why. */
function reason(error: unknown): string {
  const { code, killed, stderr, message } = error as Error & Record<string, unknown>;
  if (code === 'ENOENT') return 'no such file; make its environment anew';
  if (code === 'EACCES') return 'it is not executable';
  if (killed) return `it did not answer within ${PROBE_TIMEOUT / 1000} s`;
  const written = typeof stderr === 'string' ? stderr.trim().split('\n').at(-1) : '';
  return written || message.split('\n')[0] || String(error);
}
