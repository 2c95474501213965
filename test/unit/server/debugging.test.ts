/** Which slots are debugged on, and what steering follows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ZygoteCommand } from '../../../server/arbiter/control.ts';
import { createDebugging } from '../../../server/arbiter/debugging.ts';
import { createSteering } from '../../../server/arbiter/steering.ts';
import { Worker } from '../../../server/arbiter/worker.ts';

const makeWorker = (slot: number, pid: number, generation = 1): Worker => {
  const worker = new Worker(slot, generation, pid, false, () => {});
  worker.state = 'ready';
  return worker;
};

const attached = { type: 'debugger', attached: true, at: null } as const;
const alone = { ...attached, attached: false } as const;

function makeDebugging() {
  const told: string[] = [];
  const debugging = createDebugging({
    began: () => told.push('began'),
    resumed: ({ pid }) => told.push(`resumed ${pid}`),
    left: ({ pid }) => told.push(`left ${pid}`),
  });
  return { debugging, told };
}

test('a slot is debugged on while a debugger is attached to its worker', async () => {
  const { debugging, told } = makeDebugging();
  const worker = makeWorker(2, 41);
  worker.adapter = { host: '127.0.0.1', port: 1 };
  await debugging.start(worker, { debugpy: '/debugpy', at_import: true });
  assert.equal(debugging.order(2), undefined, 'asked for, but nobody came yet');
  debugging.report(worker, attached);
  assert.deepEqual(debugging.order(2), { debugpy: '/debugpy', at_import: true, patience: 5 });
  debugging.report(worker, alone);
  assert.equal(debugging.order(2), undefined);
  assert.deepEqual(told, ['began', 'left 41']);
});

test('a debugger that leaves with its worker comes to the next one', () => {
  const { debugging, told } = makeDebugging();
  const worker = makeWorker(1, 41);
  debugging.report(worker, attached);
  worker.retired = true;
  debugging.report(worker, alone);
  assert.notEqual(debugging.order(1), undefined);
  debugging.report(makeWorker(1, 42, 2), alone);
  assert.equal(debugging.order(1), undefined, 'it did not come in time');
  assert.deepEqual(told, ['left 42']);
});

test('what waits for a paused worker is told of when it goes on', () => {
  const { debugging, told } = makeDebugging();
  const worker = makeWorker(1, 41);
  debugging.report(worker, { ...attached, at: 'views.py:42' });
  assert.equal(worker.paused, true);
  debugging.report(worker, { ...attached, at: 'views.py:43' });
  debugging.report(worker, attached);
  assert.deepEqual(told, ['resumed 41']);
});

test('steering follows the slot to the next worker that is ready', () => {
  let current: Worker | undefined = makeWorker(2, 41);
  const sent: ZygoteCommand[] = [];
  const steering = createSteering({
    inSlot: () => current,
    send: (command) => sent.push(command),
    changed: () => {},
  });
  const pids = () => sent.splice(0).map((command) => 'pid' in command && command.pid);
  steering.to(2);
  assert.deepEqual(pids(), [41]);
  const old = current;
  old.retired = true;
  steering.settle();
  assert.deepEqual(pids(), [null]);
  assert.equal(old.steered, false);
  current = makeWorker(2, 42, 2);
  current.state = 'booting';
  steering.settle();
  assert.deepEqual(pids(), []);
  current.state = 'ready';
  steering.settle();
  steering.settle();
  assert.deepEqual(pids(), [42]);
  steering.tellAnew();
  assert.deepEqual(pids(), [42]);
  steering.to(null);
  assert.deepEqual(pids(), [null]);
});
