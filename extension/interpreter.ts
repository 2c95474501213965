/** Which Python runs the app, and who said so. The first source that knows one wins. */

import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { l10n } from './l10n.ts';

export interface Interpreter {
  /** Absolute path of the executable. */
  path: string;
  /** For a person: `setting prefork.pythonPath`, `.venv`. */
  source: string;
}

/** A place that may know an interpreter; undefined when it does not. */
export interface InterpreterSource {
  name: string;
  /** The user asked for exactly this one: if it is not there, that is an error. */
  explicit?: boolean;
  find(): Promise<string | undefined> | string | undefined;
}

/** @throws when an explicit source names what cannot be run, or when no source knows any. */
export async function findInterpreter(sources: InterpreterSource[]): Promise<Interpreter> {
  for (const source of sources) {
    const path = await source.find();
    if (!path) continue;
    if (await isExecutable(path)) return { path, source: source.name };
    if (source.explicit)
      throw new Error(l10n.t('{0}: {1} is not an executable file.', source.name, path));
  }
  throw new Error(
    l10n.t(
      'No Python interpreter found. Install Python 3.9 or newer, or set "prefork.pythonPath".',
    ),
  );
}

/** `.venv` and `venv` in the app's folder or in the workspace folder it lies in. */
export function folderSources(folders: string[]): InterpreterSource[] {
  return [...new Set(folders)].flatMap((folder) =>
    ['.venv', 'venv'].map((name) => ({
      name,
      find: () => firstExecutable([join(folder, name, 'bin', 'python')]),
    })),
  );
}

/** `$VIRTUAL_ENV`, then `python3` and `python` on `PATH`. */
export function environSources(environ: NodeJS.ProcessEnv): InterpreterSource[] {
  const virtual = environ['VIRTUAL_ENV'];
  return [
    { name: '$VIRTUAL_ENV', find: () => virtual && join(virtual, 'bin', 'python') },
    ...['python3', 'python'].map((name) => ({
      name: l10n.t('{0} on PATH', name),
      find: () => onPath(name, environ),
    })),
  ];
}

/** A configured value: a path, relative to `folder`, or a bare command name. */
export function configured(
  name: string,
  value: string | undefined,
  folder: string,
): InterpreterSource {
  const find = async () => {
    if (!value) return undefined;
    if (isAbsolute(value)) return value;
    return value.includes('/') ? join(folder, value) : ((await onPath(value)) ?? value);
  };
  return { name, explicit: true, find };
}

function onPath(command: string, environ: NodeJS.ProcessEnv = process.env) {
  const folders = (environ['PATH'] ?? '').split(delimiter).filter(Boolean);
  return firstExecutable(folders.map((folder) => join(folder, command)));
}

async function firstExecutable(paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

/** Looks through links, so that a virtualenv whose Python was removed does not count. */
async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(await realpath(path), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
