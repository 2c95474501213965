import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeaths } from '../../../extension/deaths.ts';
import type { WorkerEvent, WorkerState } from '../../../server/stream/protocol.ts';
import { logEvent, serverEvent, workerEvent } from './events.ts';

type Exit = NonNullable<WorkerEvent['exit']>;
const killed: Exit = { code: null, signal: 'SIGKILL' };

/** What is told when a worker that was in this state ends so. */
function told(state: WorkerState, exit: Exit, more = serverEvent()) {
  const deaths = createDeaths();
  const events = [workerEvent({ state }), more, workerEvent({ state: 'exited', exit })];
  return events.map((event) => deaths.hear(event)).at(-1);
}

test('a worker that serves and is killed, crashes or exits', () => {
  assert.deepEqual(told('ready', killed), { worker: 1, how: 'SIGKILL' });
  assert.deepEqual(told('paused', killed), { worker: 1, how: 'SIGKILL' });
  assert.deepEqual(told('ready', { code: 3, signal: null }), { worker: 1, how: 'exit code 3' });
});

test('not one that was to go, nor one that imports, nor when the server stops', () => {
  assert.equal(told('retiring', killed), undefined);
  assert.equal(told('booting', { code: null, signal: 'SIGSEGV' }), undefined);
  assert.equal(told('ready', { code: 0, signal: null }), undefined);
  assert.equal(told('ready', killed, serverEvent({ state: 'stopping' })), undefined);
  assert.equal(createDeaths().hear(logEvent()), undefined);
});
