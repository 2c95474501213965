/**
 * From save to the moment every answer is new: `npm run bench:reload -- [SAVES]`.
 *
 * The file is written, and requests go out one after the other on fresh connections. What counts is
 * the end of the first of ten new answers in a row, in ms after the save.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';

const saves = Number(process.argv[2] ?? 8);

for (const [framework, make] of Object.entries(APPS)) {
  test(`${framework}`, async (t) => {
    const fixture = await make(t);
    const server = await startServer(t, fixture);
    const times: number[] = [];
    for (let version = 2; version < saves + 2; version += 1) {
      await settle();
      times.push(await saveAndMeasure(server.url, fixture.cwd, `version ${version} `));
    }
    const sorted = times.toSorted((a, b) => a - b).map((time) => Math.round(time));
    t.diagnostic(`median ${median(sorted)} ms; all: ${sorted.join(' ')}`);
  });
}

async function saveAndMeasure(url: string, cwd: string, text: string): Promise<number> {
  writeFileSync(join(cwd, 'message.py'), `TEXT = "${text.trim()}"\n`);
  const saved = performance.now();
  /** New answers in a row: as many as could still reach each of two old workers. */
  let fresh = 0;
  let firstFresh = 0;
  while (fresh < 10) {
    const { body } = await send(url);
    if (!body.includes(text)) fresh = 0;
    else if (fresh++ === 0) firstFresh = performance.now();
  }
  return firstFresh - saved;
}

/** A person does not save within the same instant in which the last reload ended. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));

const median = (sorted: number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
