/** A few seconds of what `npm run fuzz` does for as long as one likes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFuzzing } from '../support/fuzzing.ts';

test('random connections: no crash, hang or disagreement', async () => {
  const { status, output } = await runFuzzing('fuzz.py', ['--seconds', '5']);
  assert.equal(status, 0, output);
  const [, inputs] = /(\d+) inputs/.exec(output) ?? [];
  assert.ok(Number(inputs) > 100, output);
});
