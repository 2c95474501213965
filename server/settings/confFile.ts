/** Has a conf file read by the app's interpreter, which is the only one that can. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { workerFolder } from '../workerFolder.ts';
import { IGNORED, IGNORED_HOOKS, WORKER_HOOKS } from './ignored.ts';
import { SettingsError } from './settingsError.ts';
import { OWN, TABLE } from './table.ts';

/** What `conf_file.py` prints of a conf file that could be read. */
export interface ConfFile {
  file: string;
  /** As in `kinds.ts`. */
  values: Record<string, unknown>;
  /** On which line a name got its value, where that is known. */
  lines: Record<string, number>;
  /** Environment variables that it set, or (null) deleted. */
  environ: Record<string, string | null>;
}

interface Failure {
  file: string;
  error: string;
  line: number | null;
}

export const DEFAULT_CONF_FILE = 'gunicorn.conf.py';

/** Every name that a conf file may set. */
export const CONF_NAMES: readonly string[] = [
  ...Object.keys(TABLE).filter((name) => !(name in OWN)),
  ...IGNORED.keys(),
  ...WORKER_HOOKS,
  ...IGNORED_HOOKS,
];

/**
 * Where the conf file is: `python:MODULE`, or an absolute path; null when there is none.
 * @throws SettingsError when one was asked for that does not exist.
 */
export function locateConfFile(asked: string | null): string | null {
  if (asked?.startsWith('python:')) return asked;
  const path = resolve(asked === null ? DEFAULT_CONF_FILE : asked.replace(/^file:/, ''));
  if (existsSync(path)) return path;
  if (asked === null) return null;
  throw new SettingsError(`conf file '${asked}' doesn't exist`);
}

/**
 * Executes it in `environ`.
 * @throws SettingsError when the conf file raised an exception.
 */
export async function readConfFile(
  python: string,
  location: string,
  environ: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ConfFile> {
  const script = join(workerFolder(), 'prefork_worker', 'conf_file.py');
  const reader = spawn(python, [script, location, CONF_NAMES.join(',')], {
    env: environ as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<number | null>((done, failed) => {
    reader.on('close', done).on('error', failed);
  });
  // Without an answer there is nothing to parse; the exit code says more than the parser would.
  const answer = await json(reader.stdout).catch(() => null);
  const code = await closed;
  if (answer === null) {
    throw new SettingsError(`${location}: ended its process (exit code ${code}) while being read`);
  }
  if (isFailure(answer)) throw new SettingsError(`${place(answer)}: ${answer.error}`);
  return answer as ConfFile;
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

/** `file:line`, as a terminal and an editor can open it. */
export function place({ file, line }: Pick<Failure, 'file' | 'line'>): string {
  return line === null ? file : `${file}:${line}`;
}
