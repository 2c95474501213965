/** A worker that is stopped in the debugger: nothing ends it, and nobody else waits for it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { attachDebugger, type DebugClient } from '../support/debugAdapter.ts';
import { type Debugged, startDebugged, stopHere } from '../support/debugging.ts';
import { isAlive } from '../support/processes.ts';
import { assertNothingLeft } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

const paused = (event: WorkerEvent): boolean => event.state === 'paused';

interface Pause {
  answer: Promise<string>;
  threadId: number;
}

/** A request stops in worker 1, to which it is steered. */
async function pause({ server, stream }: Debugged, client: DebugClient): Promise<Pause> {
  const stopped = client.event('stopped', 20);
  await stream.command('steer', { worker: 1 });
  for (;;) {
    const answer = fetch(server.url).then((response) => response.text());
    answer.catch(() => {});
    const first = await Promise.race([answer.then(() => null), stopped]);
    if (!first) continue;
    await stream.command('steer', { worker: null });
    return { answer, threadId: first.threadId };
  }
}

test('while one worker is paused, the others answer all that is asked; then it answers, too', async (t) => {
  const debugged = await startDebugged(t);
  const client = await debugged.attach(1);
  const { answer, threadId } = await pause(debugged, client);
  const { paused_at } = await debugged.worker(paused);
  assert.match(paused_at ?? '', /^wsgi\.py:\d+$/);

  const ask = () => fetch(`${debugged.server.url}/quick`).then((response) => response.text());
  for (let asked = 0; asked < 500; asked += 10) {
    const answers = await within(20, 'the answers', Promise.all(Array.from({ length: 10 }, ask)));
    assert.ok(answers.every((text) => text === 'quick'));
  }
  await client.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 'version 1');
  await client.detach();
});

test('a save waits for a paused worker, and happens when it goes on', async (t) => {
  const debugged = await startDebugged(t);
  const { server, worker, save, stream } = debugged;
  const client = await debugged.attach(1);
  const { answer, threadId } = await pause(debugged, client);
  const { 'process.pid': pid } = await worker(paused);

  await save(2);
  await worker((event) => event['process.pid'] === pid && event.reload_pending === true);
  await stream.event('reload', (event) => event.generation === 2 && event.phase === 'ready');
  const fresh = await within(
    10,
    'new code',
    fetch(server.url).then((response) => response.text()),
  );
  assert.equal(fresh, 'version 2', 'the other worker serves the new code');
  assert.ok(isAlive(pid));
  const forked = stream.events.filter(
    (event) => event.type === 'worker' && event.worker === 1 && event.generation === 2,
  );
  assert.deepEqual(forked, [], 'its successor waits');

  await client.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 'version 1');
  const successor = await worker((event) => event.generation === 2 && event.debugger !== undefined);
  assert.equal(successor.worker, 1);
  assert.equal(successor.state, 'booting', 'it serves when its debugger is there');
  const again = await attachDebugger(successor.debugger ?? assert.fail(), stopHere(debugged.cwd));
  await worker((event) => event.worker === 1 && event.generation === 2 && event.state === 'ready');
  await again.detach();
});

test("Gunicorn's timeout does not run while a worker is paused, and anew when it goes on", async (t) => {
  const args = ['--workers=1', '--threads=1', '--timeout=1'];
  const debugged = await startDebugged(t, { args });
  const client = await debugged.attach(1);
  const { answer, threadId } = await pause(debugged, client);
  const { time } = await debugged.worker(paused);
  await waitFor('three seconds of the pause', () => Date.now() * 1000 - time > 3e6);
  await client.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 'version 1');
  await debugged.worker((event) => event.state === 'ready' && event.time > time);
  assert.doesNotMatch(debugged.server.stderr, /WORKER TIMEOUT/);
  await client.detach();
});

test('a stop lets a paused worker go on, and it answers before it ends', async (t) => {
  const debugged = await startDebugged(t);
  const client = await debugged.attach(1);
  const { answer } = await pause(debugged, client);
  await debugged.worker(paused);
  const stopped = debugged.server.stop('SIGTERM');
  assert.equal(await within(10, 'the answer', answer), 'version 1');
  await within(10, 'the end', stopped);
  client.vanish();
});

test('Stop Server while a worker is paused leaves nothing', async (t) => {
  const debugged = await startDebugged(t);
  const client = await debugged.attach(1);
  const { answer } = await pause(debugged, client);
  answer.catch(() => {});
  await debugged.worker(paused);
  await debugged.stream.command('stop', {});
  await within(10, 'the end', debugged.server.exited);
  await assertNothingLeft(debugged.server);
  client.vanish();
});

test('an arbiter that is killed leaves no paused worker and no debug adapter', async (t) => {
  const debugged = await startDebugged(t);
  const { server } = debugged;
  const client = await debugged.attach(1);
  const { answer } = await pause(debugged, client);
  answer.catch(() => {});
  await debugged.worker(paused);
  server.child.kill('SIGKILL');
  await within(10, 'the end', server.exited);
  await waitFor('no process to be left', () => server.processes().length === 0);
  client.vanish();
});

test('a worker goes on when the editor that paused it is gone', async (t) => {
  const debugged = await startDebugged(t);
  const client = await debugged.attach(1);
  const { answer } = await pause(debugged, client);
  const { time } = await debugged.worker(paused);
  client.vanish();
  assert.equal(await within(10, 'the answer', answer), 'version 1');
  await debugged.worker(
    (event) => event.worker === 1 && event.state === 'ready' && event.time > time,
  );
});
