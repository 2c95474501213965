/** What several servers say of the same files. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForLines } from '../../../../extension/views/lineResults/results.ts';
import type { LineResult } from '../../../../server/stream/protocol.ts';
import { EPOCH } from '../../../support/streamEvents.ts';
import { FILE, resultAt } from './samples.ts';

type Asked = Parameters<typeof askForLines>[0][number];

const says = (lines: LineResult[], connected = true): Asked =>
  ({ connected, send: async () => ({ lines }) }) as unknown as Asked;

const fails: Asked = { connected: true, send: () => Promise.reject(new Error('It ends.')) };

const told = async (...servers: Asked[]) => (await askForLines(servers, [FILE])).get(FILE);

test('of two servers on one line the newer counts', async () => {
  const [older, newer] = [resultAt(3), resultAt(3, { time: EPOCH + 1, duration: 5 })];
  assert.deepEqual(await told(says([older]), says([newer])), [newer]);
  assert.deepEqual(await told(says([newer]), says([older])), [newer]);
  const found = resultAt(3, { kind: 'n+1' });
  assert.equal((await told(says([older]), says([found])))?.length, 2);
});

test('one that fails or is not connected says nothing, and keeps nobody else from it', async () => {
  assert.deepEqual(await told(fails, says([resultAt(3)]), says([resultAt(4)], false)), [
    resultAt(3),
  ]);
});

test('at most 20 of a file, the weightiest', async () => {
  const lines = Array.from({ length: 30 }, (_, at) => resultAt(at + 1, { duration: at }));
  const durations = (await told(says(lines.slice(0, 15)), says(lines.slice(15))))?.map(
    ({ duration }) => duration,
  );
  assert.deepEqual(
    durations,
    Array.from({ length: 20 }, (_, at) => 29 - at),
  );
});
