/** The command line run to its end, for what it says and how it exits. */

import { execFile } from 'node:child_process';
import { serverBundle, systemNode } from './paths.ts';

export interface Said {
  code: number | string | null;
  stdout: string;
  stderr: string;
}

const TIMEOUT = 30_000; // ms

export function prefork(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Said> {
  return runToEnd(systemNode(), [serverBundle, ...args], cwd, env);
}

/** Variables that Gunicorn reads are those of `env` alone. */
export function runToEnd(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Said> {
  const { GUNICORN_CMD_ARGS: _, WEB_CONCURRENCY: __, PORT: ___, ...inherited } = process.env;
  const options = { cwd, env: { ...inherited, ...env }, timeout: TIMEOUT };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr });
    });
  });
}
