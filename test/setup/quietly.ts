/** Commands that only speak when they fail. */

import { spawn } from 'node:child_process';

export interface QuietOptions {
  cwd?: string;
  env?: Record<string, string>;
  minutes?: number;
}

/**
 * Resolves with what it wrote to stdout.
 * @throws Error with the command and the last lines it wrote.
 */
export function quietly(
  command: string,
  args: string[],
  options: QuietOptions = {},
): Promise<string> {
  const { cwd, env, minutes = 10 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: minutes * 60_000,
    });
    let stdout = '';
    let all = '';
    child.stdout.on('data', (data) => {
      stdout += data;
      all += data;
    });
    child.stderr.on('data', (data) => (all += data));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(new Error(`${[command, ...args].join(' ')}: ${signal ?? code}\n${lastLines(all)}`));
    });
  });
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');
