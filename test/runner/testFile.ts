/** Runs one file of tests and reads its results. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '../support/folders.ts';
import { root, venvPython } from '../support/paths.ts';
import { type Ran, run } from './process.ts';
import type { Result } from './tally.ts';

export interface FileResult {
  results: Result[];
  milliseconds: number;
}

/** A file of node:test tests. */
export function runTypeScript(path: string, seconds: number): Promise<FileResult> {
  return collect(seconds, (report) => [
    process.execPath,
    '--test-reporter',
    join(root, 'test/runner/reporter.ts'),
    '--test-reporter-destination',
    report,
    path,
  ]);
}

/** A folder of unittest files. */
export function runPython(folder: string, seconds: number): Promise<FileResult> {
  const script = join(root, 'test/runner/unittest_report.py');
  const path = join(root, 'server/worker');
  const python = existsSync(venvPython) ? venvPython : 'python3';
  return collect(seconds, (report) => [
    'env',
    `PYTHONPATH=${path}`,
    python,
    script,
    folder,
    report,
  ]);
}

async function collect(
  seconds: number,
  commandLine: (report: string) => string[],
): Promise<FileResult> {
  const folder = makeTempFolder();
  const report = join(folder, 'report');
  const [command = '', ...args] = commandLine(report);
  const ran = await run(command, args, seconds);
  const results = readResults(report);
  rmSync(folder, { recursive: true });
  return {
    results: [...results, ...failureOfItself(ran, results)],
    milliseconds: ran.milliseconds,
  };
}

function readResults(report: string): Result[] {
  if (!existsSync(report)) return [];
  const lines = readFileSync(report, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Result);
}

/** A file that crashed, hung, or holds no tests fails, whatever its tests said. */
function failureOfItself({ status, output }: Ran, results: Result[]): Result[] {
  const explained = results.some(({ outcome }) => outcome === 'failed');
  if (results.length > 0 && (status === 0 || (status === 1 && explained))) return [];
  const name = results.length > 0 ? `the file itself: ${status}` : `no tests ran: ${status}`;
  return [{ name, outcome: 'failed', detail: output.slice(-4000) }];
}
