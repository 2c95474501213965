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
    const shares: number[] = [];
    for (let round = 0; round < rounds; round += 1) shares.push(await share(requests, seconds));
    const frames = `${DEPTH} frames deep`;
    rows.push({
      'slow requests at once': requests,
      stacks: frames,
      '% of a processor': rounded(median(shares), 2),
    });
  }
  return { name: 'Profiles of slow requests: the sampler', rows };
}

async function share(requests: number, seconds: number): Promise<number> {
  const env = { ...process.env, PYTHONPATH: join(root, 'server/worker') };
  const args = [SCRIPT, `${requests}`, `${DEPTH}`, `${seconds}`];
  const { stdout } = await run(venvPython, args, { env });
  return Number(stdout);
}
