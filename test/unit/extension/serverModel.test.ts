import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServerModel, currentWorker, readyWorkers } from '../../../extension/serverModel.ts';
import { logEvent, reloadEvent, serverEvent, workerEvent } from './events.ts';

test('live workers stay in the order of their slots; exited ones go', () => {
  const model = createServerModel();
  model.apply([
    workerEvent({ worker: 2, 'process.pid': 102 }),
    workerEvent({ worker: 1, 'process.pid': 101 }),
    workerEvent({ worker: 1, 'process.pid': 103, generation: 2, state: 'booting' }),
  ]);
  const pids = () => model.workers.map((worker) => worker['process.pid']);
  assert.deepEqual(pids(), [101, 103, 102]);
  model.apply([workerEvent({ worker: 1, 'process.pid': 101, state: 'exited' })]);
  assert.deepEqual(pids(), [103, 102]);
});

test('a slot is held by its newest generation, and ready only when that one is', () => {
  const model = createServerModel();
  model.apply([
    workerEvent({ worker: 1, 'process.pid': 101, state: 'retiring' }),
    workerEvent({ worker: 1, 'process.pid': 103, generation: 2, state: 'booting' }),
    workerEvent({ worker: 2, 'process.pid': 102, state: 'paused' }),
  ]);
  assert.equal(currentWorker(model, 1)?.['process.pid'], 103);
  assert.deepEqual(
    readyWorkers(model).map((worker) => worker.worker),
    [2],
  );
});

test('says whether a batch changed anything, and applies all of it', () => {
  const model = createServerModel();
  assert.equal(model.apply([logEvent()]), false);
  assert.equal(model.apply([logEvent(), serverEvent({ generation: 3 }), reloadEvent()]), true);
  assert.equal(model.server?.generation, 3);
  assert.equal(model.reload?.phase, 'ready');
});
