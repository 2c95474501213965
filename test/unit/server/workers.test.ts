/** Which slots want a worker. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Workers, type WorkersOptions } from '../../../server/arbiter/workers.ts';

const nothing = (): void => {};

const UNUSED = { send: nothing, backlog: 0, close: nothing };

const make = (generation = 2, more: Partial<WorkersOptions> = {}): Workers =>
  new Workers({
    journal: nothing,
    generation: () => generation,
    found: nothing,
    report: nothing,
    ended: nothing,
    ...more,
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

test('one that is paused stays in its slot, whatever it runs, until it goes on', () => {
  const workers = make();
  const worker = workers.found(1, 1, 41);
  worker.debuggerIs(true, 'views.py:42');
  assert.deepEqual(workers.vacant(2, 2), [2]);
  worker.retired = true;
  assert.deepEqual(workers.vacant(2, 2), [2]);
  worker.debuggerIs(true, null);
  assert.deepEqual(workers.vacant(2, 2), [1, 2]);
});

test('one that retires, ends or has lost its zygote leaves its slot', () => {
  const workers = make();
  workers.found(1, 1, 41).retired = true;
  workers.found(2, 1, 42);
  const channel = workers.connect({ type: 'hello', worker: 2, generation: 1, pid: 42 }, UNUSED);
  workers.exited({ type: 'exited', pid: 42, code: 0, signal: null });
  channel?.closed();
  workers.found(3, 1, 43).orphan = true;
  assert.deepEqual(workers.vacant(3, 1), [1, 2, 3]);
});

test('what a lost zygote was asked for is asked for no longer, what its successor was is', () => {
  const workers = make();
  workers.asked(1, 1);
  workers.asked(2, 2);
  workers.orphaned(2);
  assert.equal(workers.progress(1).booting, 0);
  assert.deepEqual(workers.vacant(2, 2), [1]);
  workers.orphaned();
  assert.deepEqual(workers.vacant(2, 2), [1, 2]);
});

/** No process has this id. */
const ENDED = 2 ** 22 + 1;

test('one whose end is told before it has connected is read to its end, too', () => {
  const reports: string[] = [];
  const ends: (number | null)[] = [];
  const workers = make(1, {
    report: (_, { type }) => reports.push(type),
    ended: (_, { code }) => ends.push(code),
  });
  workers.found(1, 1, ENDED);
  workers.exited({ type: 'exited', pid: ENDED, code: 3, signal: null });
  const hello = { type: 'hello', worker: 1, generation: 1, pid: ENDED } as const;
  const channel = workers.connect(hello, UNUSED);
  channel?.message({ type: 'retired' });
  assert.deepEqual({ reports, ends }, { reports: ['retired'], ends: [] });
  channel?.closed();
  assert.deepEqual(ends, [3]);
});

test('one whose channel was at its end before is gone at once', () => {
  const workers = make();
  workers.found(1, 1, 41);
  workers.connect({ type: 'hello', worker: 1, generation: 1, pid: 41 }, UNUSED)?.closed();
  workers.exited({ type: 'exited', pid: 41, code: 0, signal: null });
  assert.deepEqual(workers.living, []);
});

test('one that ended long since does not come back when its greeting is read', () => {
  const workers = make();
  const hello = { type: 'hello', worker: 1, generation: 1, pid: ENDED } as const;
  assert.equal(workers.connect(hello, UNUSED), null);
  assert.deepEqual(workers.living, []);
});

test('a worker is found by its pid, also when it retires', () => {
  const workers = make();
  workers.found(1, 1, 41).retired = true;
  assert.equal(workers.inSlot(1), undefined);
  assert.equal(workers.inSlot(1, 41)?.pid, 41);
});
