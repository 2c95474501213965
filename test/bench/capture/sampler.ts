/** What the profiler of slow requests takes of a processor while it samples, by its thread's own clock. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, venvPython } from '../../support/paths.ts';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from '../serving/throughput.ts';

const run = promisify(execFile);
const SCRIPT = join(root, 'test/bench/capture/sampler.py');
const DEPTH = 50;

export async function sampler(rounds: number, seconds: number): Promise<Section> {
  const rows: Row[] = [];
  for (const requests of [1, 4]) {
    const turns: Turn[] = [];
    for (let round = 0; round < rounds; round += 1) turns.push(await turn(requests, seconds));
    rows.push({
      'slow requests at once': requests,
      stacks: `${DEPTH} frames deep`,
      '% of a processor': middle(turns, ({ sampler }) => sampler),
      '% of a thread that only wakes up': middle(turns, ({ waking }) => waking),
      '% for sampling': middle(turns, ({ sampler, waking }) => sampler - waking),
    });
  }
  return { name: 'Profiles of slow requests: the sampler', rows };
}

/** Percentages of a processor. */
interface Turn {
  sampler: number;
  waking: number;
}

const middle = (turns: Turn[], of: (turn: Turn) => number): number =>
  rounded(median(turns.map(of)), 2);

async function turn(requests: number, seconds: number): Promise<Turn> {
  const env = { ...process.env, PYTHONPATH: join(root, 'server/worker') };
  const args = [SCRIPT, `${requests}`, `${DEPTH}`, `${seconds}`];
  const { stdout } = await run(venvPython, args, { env });
  const [sampler = Number.NaN, waking = Number.NaN] = stdout.split(' ').map(Number);
  return { sampler, waking };
}
