/** A generation's life, as the stream tells it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBootCrashes } from '../../../server/arbiter/bootCrashes.ts';
import { beginGeneration, type Generation } from '../../../server/arbiter/generation.ts';
import type { NewEvent } from '../../../server/stream/events.ts';

function begin(): { generation: Generation; phases(): string[] } {
  const events: NewEvent[] = [];
  const generation = beginGeneration({
    number: 7,
    reason: 'code',
    files: ['/app/views.py'],
    workers: 2,
    noticed: performance.now(),
    journal: (event) => events.push(event),
  });
  const phases = () => events.map((event) => (event.type === 'reload' ? event.phase : event.type));
  return { generation, phases };
}

test('it is ready when all of its first workers are', async () => {
  const { generation, phases } = begin();
  generation.acknowledged();
  generation.workerReady();
  assert.equal(generation.settled(), false);
  generation.workerReady();
  assert.deepEqual(phases(), ['started', 'ready']);
  assert.equal((await generation.outcome)?.ready, true);
});

test('it has failed when one of them cannot import the app', async () => {
  const { generation, phases } = begin();
  generation.acknowledged();
  generation.workerBroken('no such module', 3, 'abc');
  generation.workerBroken('no such module', 3, 'abd');
  generation.workerReady();
  assert.deepEqual(phases(), ['started', 'failed']);
  assert.deepEqual((await generation.outcome)?.failure, { message: 'no such module', code: 3 });
});

test('it is not ready while an older one may still answer, however quick its workers are', async () => {
  const { generation, phases } = begin();
  generation.workerReady();
  generation.workerReady();
  assert.deepEqual([phases(), generation.settled()], [[], true]);
  generation.acknowledged();
  assert.deepEqual(phases(), ['started', 'ready']);
  assert.equal((await generation.outcome)?.ready, true);
});

test('one that is superseded has no outcome', async () => {
  const { generation } = begin();
  generation.supersede();
  assert.equal(await generation.outcome, null);
});

test('workers that crash at boot are replaced at once, then ever later', () => {
  const crashes = createBootCrashes('wsgi:application', true);
  const delays = Array.from({ length: 9 }, () => {
    crashes.add({ code: null, signal: 'SIGSEGV' }, 'Fatal Python error');
    return crashes.delay();
  });
  assert.deepEqual(delays.slice(0, 4), [0, 100, 200, 400]);
  assert.equal(delays.at(-1), 5_000);
  assert.deepEqual(crashes.failure(), {
    kind: 'crash',
    message: 'Importing wsgi ended the process: it was ended by a segmentation fault (SIGSEGV)',
    stack: 'Fatal Python error',
  });
  crashes.forget();
  assert.equal(crashes.failure(), undefined);
});
