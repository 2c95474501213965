/**
 * Reload after reload leaves nothing behind: no process, descriptor, thread, file, nor memory.
 *
 * For long: `PREFORK_TEST_RELOADS=2000 node_modules/.bin/node --test test/wire/leaks.test.ts`.
 */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { send } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { childrenOf } from '../support/processes.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { openFiles, type Usage, usageOf } from '../support/usage.ts';
import { waitFor } from '../support/wait.ts';

const SHORT = 100;
const RELOADS = Number(process.env['PREFORK_TEST_RELOADS'] ?? SHORT);
const SAMPLES = 20;
const CLIENTS = 4;
const KEPT = 12_000;
/** V8 lets a heap grow by what it has room for; in one of 48 MB it collects, and a leak ends it. */
const HEAP = '--max-old-space-size=48';
/** What allocators and collectors do by themselves; 8 KiB a reload are more in half of 2,000. */
const LEEWAY = 8 * 2 ** 20;

interface Sample {
  arbiter: Usage;
  zygote: Usage;
  processes: number;
  files: number;
}

const FLAT: Record<string, (sample: Sample) => number> = {
  processes: ({ processes }) => processes,
  files: ({ files }) => files,
  "the arbiter's descriptors": ({ arbiter }) => arbiter.descriptors,
  "the zygote's descriptors": ({ zygote }) => zygote.descriptors,
  "the arbiter's threads": ({ arbiter }) => arbiter.threads,
  "the zygote's threads": ({ zygote }) => zygote.threads,
};

/**
 * Once the old workers are gone and all is calm: arbiter, zygote, two workers and a standby are left, and
 * the arbiter reads the outputs of the latter three.
 */
async function sample(server: RunningServer): Promise<Sample> {
  const outputs = () => openFiles(server.pid).filter((path) => /std(out|err)-\d+/.test(path));
  const settled = () => server.processes().length === 5 && outputs().length === 6;
  await waitFor('five processes', settled).catch(() => undefined);
  const processes = server.processes();
  const [zygote] = childrenOf(server.pid, processes);
  return {
    arbiter: usageOf(server.pid),
    zygote: usageOf(zygote?.pid ?? 0),
    processes: processes.length,
    files: server.leftovers().length,
  };
}

/** The arbiter keeps so many requests; until then its memory grows as it is meant to. */
async function fillHistory(url: string): Promise<void> {
  const load = startLoad(url);
  await waitFor('a full history', () => load.answers > KEPT, { seconds: 120 });
  await load.stop();
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

test(`${RELOADS} reloads`, { timeout: 3_600_000 }, async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, env: { NODE_OPTIONS: HEAP } });
  const stream = await server.stream();
  if (RELOADS > SHORT) await fillHistory(server.url);
  const agent = new http.Agent({ keepAlive: true });
  cleanUp(t, () => agent.destroy());
  const file = join(fixture.cwd, 'message.py');
  const samples: Sample[] = [];
  for (let count = 1; count <= RELOADS; count += 1) {
    const text = `version ${count + 1}`;
    writeFileSync(file, `TEXT = "${text}"\n`);
    await stream.command('saved', { files: [file] });
    const asked = Array.from({ length: CLIENTS }, () => send(server.url, { agent }));
    for (const { body } of await Promise.all(asked)) assert.match(body, new RegExp(`^${text} `));
    if (count % (RELOADS / SAMPLES) === 0) samples.push(await sample(server));
  }
  for (const one of samples) t.diagnostic(JSON.stringify(one));
  // The first fifth is for what is made when it is first needed.
  const early = samples.slice(4, 10);
  const late = samples.slice(14, 20);
  const both = (of: (sample: Sample) => number) => [median(early.map(of)), median(late.map(of))];
  for (const [what, of] of Object.entries(FLAT)) {
    const [before, after] = both(of);
    assert.equal(after, before, what);
  }
  for (const who of ['arbiter', 'zygote'] as const) {
    const [before = 0, after = 0] = both((one) => one[who].memory);
    t.diagnostic(`${who}: ${before >> 10} KiB, later ${after >> 10} KiB`);
    assert.ok(after - before < LEEWAY, `the ${who} grew from ${before} to ${after} bytes`);
  }
});
