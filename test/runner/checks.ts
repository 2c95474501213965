/** Types and style: each tool counts as one test. */

import { join } from 'node:path';
import { root, venv } from '../support/paths.ts';
import { run } from './process.ts';
import type { Result } from './tally.ts';

const npmTool = (name: string): string => join(root, 'node_modules/.bin', name);
const pythonTool = (name: string): string => join(venv, 'bin', name);

const CHECKS: Record<string, [command: string, ...args: string[]]> = {
  'types (tsc)': [npmTool('tsc'), '-p', '.'],
  'format and lint (biome)': [npmTool('biome'), 'ci', '--colors=off', '.'],
  'types of the worker (mypy)': [pythonTool('mypy')],
  'lint of the worker (ruff)': [pythonTool('ruff'), 'check', '.'],
  'format of the worker (ruff)': [pythonTool('ruff'), 'format', '--check', '.'],
};

export function runChecks(): Promise<Result[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([name, [command, ...args]]): Promise<Result> => {
      const { status, output } = await run(command, args, 120);
      if (status === 0) return { name, outcome: 'passed' };
      return { name, outcome: 'failed', detail: output.slice(0, 4000) || String(status) };
    }),
  );
}
