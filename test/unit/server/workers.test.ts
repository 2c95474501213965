/** Which slots want a worker. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Workers } from '../../../server/arbiter/workers.ts';

const nothing = (): void => {};

const make = (generation = 2): Workers =>
  new Workers({
    journal: nothing,
    generation: () => generation,
    found: nothing,
    report: nothing,
    ended: nothing,
  });

test('a slot is vacant until a worker of the generation is asked for or stands there', () => {
  const workers = make();
  assert.deepEqual(workers.vacant(2, 1), [1, 2]);
  workers.asked(1, 1);
  assert.deepEqual(workers.vacant(2, 1), [2]);
  workers.found(1, 1, 41);
  assert.deepEqual(workers.vacant(2, 1), [2]);
});

test('a newer worker that failed does not hide the one that runs', () => {
  const workers = make();
  workers.found(1, 1, 41);
  workers.found(1, 2, 42);
  assert.deepEqual(workers.vacant(1, 1), []);
  assert.equal(workers.inSlot(1)?.pid, 42);
});

test('one that retires, ends or has lost its zygote leaves its slot', () => {
  const workers = make();
  workers.found(1, 1, 41).retired = true;
  workers.found(2, 1, 42);
  workers.exited({ type: 'exited', pid: 42, code: 0, signal: null });
  workers.found(3, 1, 43).orphan = true;
  assert.deepEqual(workers.vacant(3, 1), [1, 2, 3]);
});

test('a worker is found by its pid, also when it retires', () => {
  const workers = make();
  workers.found(1, 1, 41).retired = true;
  assert.equal(workers.inSlot(1), undefined);
  assert.equal(workers.inSlot(1, 41)?.pid, 41);
});
