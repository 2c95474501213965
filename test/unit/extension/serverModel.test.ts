import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServerModel, currentWorker, readyWorkers } from '../../../extension/serverModel.ts';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { ended } from '../../support/streamEvents.ts';
import { kept, logEvent, reloadEvent, serverEvent, workerEvent } from './events.ts';

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

const started = (request: string, pid: number): KeptEvent =>
  ({ ...ended(1), ...kept(), type: 'request.started', request, 'process.pid': pid }) as KeptEvent;

test('the requests that run in a worker, until they or the worker end', () => {
  const model = createServerModel();
  const running = (pid: number) => model.running(pid).map(({ request }) => request);
  model.apply([workerEvent({ 'process.pid': 101 }), started('a', 101), started('b', 101)]);
  model.apply([started('c', 102)]);
  assert.deepEqual([running(101), running(102)], [['a', 'b'], ['c']]);
  assert.equal(model.apply([{ ...ended(1), ...kept(), started: 0, request: 'a' }]), true);
  assert.equal(model.apply([{ ...ended(1), ...kept(), started: 0, request: 'a' }]), false);
  assert.deepEqual(running(101), ['b']);
  model.apply([workerEvent({ 'process.pid': 101, state: 'exited' })]);
  assert.deepEqual([running(101), running(102)], [[], ['c']]);
});

test('memory, and the share of a processor between two looks', () => {
  const model = createServerModel();
  const look = (seconds: number, cpu: number): KeptEvent => ({
    ...kept(),
    time: seconds * 1_000_000,
    type: 'usage',
    workers: [
      {
        worker: 1,
        generation: 1,
        'process.pid': 101,
        'process.memory.usage': 5_000_000,
        'process.cpu.time': cpu,
      },
    ],
  });
  model.apply([look(10, 400_000)]);
  assert.deepEqual(model.used(101), { memory: 5_000_000, share: null });
  model.apply([look(12, 900_000)]);
  assert.deepEqual(model.used(101), { memory: 5_000_000, share: 0.25 });
  assert.equal(model.used(102), undefined);
});

test('says whether a batch changed anything, and applies all of it', () => {
  const model = createServerModel();
  assert.equal(model.apply([logEvent()]), false);
  assert.equal(model.apply([logEvent(), serverEvent({ generation: 3 }), reloadEvent()]), true);
  assert.equal(model.server?.generation, 3);
  assert.equal(model.reload?.phase, 'ready');
});
