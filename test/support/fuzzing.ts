/** Runs the Python of test/fuzz, which imports the worker's own code and h11. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { results, root, venvPython } from './paths.ts';

const env = { ...process.env, PYTHONPATH: join(root, 'server/worker') };

export interface FuzzingRun {
  status: number | null;
  output: string;
}

/** `script` is a file of test/fuzz. Its output goes to the terminal too when `loud`. */
export async function runFuzzing(
  script: 'fuzz.py' | 'differential.py',
  args: string[] = [],
  loud = false,
): Promise<FuzzingRun> {
  const kept = script === 'fuzz.py' ? ['--results', results] : [];
  const child = spawn(venvPython, [join(root, 'test/fuzz', script), ...kept, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (loud) process.stdout.write(text);
  });
  const [status] = await once(child, 'close');
  return { status, output };
}
