/** A profile's file: by its published schema, and as speedscope itself reads it. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { speedscope } from '../../server/formats/speedscope.ts';
import type { Profile, RequestEnded } from '../../server/stream/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { ORIGIN } from '../support/handingOver.ts';
import { ended, sequencer } from '../support/streamEvents.ts';
import { place, trace } from '../support/traceSamples.ts';

const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
  'dist/release',
);

const frame = (name: string, line: number, own = true) => ({
  ...place('orders/pricing.py', line),
  'code.function.name': name,
  own,
});

const PROFILE: Profile = {
  rate: 100,
  start: 52_000,
  frames: [frame('OrderList.get', 24), frame('quote', 14), frame('execute', 90, false)],
  stacks: [[0, 1], [0, 2], []],
  samples: [
    [0, 120_000, 'running'],
    [1, 60_000, 'waiting'],
    [0, 90_000, 'native'],
    [2, 10_000, 'running'],
  ],
};

function exported(profile?: Profile): string {
  const request = sequencer()(ended(1, { duration: 340_000 })) as RequestEnded;
  const kept = trace([], profile ? { profile } : {});
  return speedscope({ request, trace: kept, logs: [], exceptions: [] }, ORIGIN);
}

test('it is valid by the published schema', () => {
  const schema = JSON.parse(readFileSync(join(FOLDER, 'file-format-schema.json'), 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  assert.ok(validate(JSON.parse(exported(PROFILE))), JSON.stringify(validate.errors));
  assert.equal(validate({ ...JSON.parse(exported(PROFILE)), profiles: [{}] }), false);
});

test('a request without a profile has none to hand over', () => {
  assert.throws(() => exported(), /has no profile/);
});

test('speedscope reads it', async (t) => {
  const page = await openIn(t, exported(PROFILE));
  await page.getByText('GET /orders/1, 340 ms').first().waitFor();
  await page.getByText('Sandwich').click();
  for (const name of ['quote', '[waiting]', '[C code, which held the interpreter]']) {
    await page.getByText(name, { exact: true }).first().waitFor();
  }
  await page
    .getByText(/120(\.\d+)?ms/)
    .first()
    .waitFor();
});

/** As its own command line opens a file: by a script that its page loads. */
async function openIn(t: TestContext, text: string) {
  const script = join(tempFolder(t), 'profile.js');
  const base64 = Buffer.from(text).toString('base64');
  writeFileSync(script, `speedscope.loadFileFromBase64('orders.speedscope.json', '${base64}')`);
  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  const page = await browser.newPage();
  const { href } = pathToFileURL(join(FOLDER, 'index.html'));
  await page.goto(`${href}#localProfilePath=${script}`);
  return page;
}
