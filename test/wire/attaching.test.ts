/** Attaching, detaching, and attaching to whoever comes next; each debug adapter ends with its worker. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { attachDebugger } from '../support/debugAdapter.ts';
import { type Debugged, startDebugged, stopHere } from '../support/debugging.ts';
import { writeFiles } from '../support/folders.ts';
import { waitFor, within } from '../support/wait.ts';

const ONE = { args: ['--workers=1'] };

const adapters = ({ server }: Debugged) =>
  server.processes().filter(({ command }) => command.includes('--for-server'));

const ask = ({ server }: Debugged) => fetch(server.url).then((response) => response.text());

/** The event of the next generation's worker that listens for its debugger. */
const listensIn = (generation: number) => (event: WorkerEvent) =>
  event.generation === generation && event.debugger !== undefined;

test('detached and attached again at will, to the same worker', async (t) => {
  const debugged = await startDebugged(t, ONE);
  let last = 0;
  for (const _ of [1, 2, 3]) {
    const client = await debugged.attach(1);
    const { time } = await debugged.worker((event) => event.attached === true && event.time > last);
    const answer = ask(debugged);
    const { threadId } = await client.event('stopped');
    await client.request('continue', { threadId });
    assert.equal(await within(10, 'the answer', answer), 'version 1');
    await client.detach();
    assert.equal(await within(10, 'the answer', ask(debugged)), 'version 1');
    last = (await debugged.worker((event) => !event.attached && event.time > time)).time;
  }
  assert.equal(adapters(debugged).length, 1);
});

test('a debugged worker that ends takes its adapter along', async (t) => {
  const debugged = await startDebugged(t, ONE);
  const client = await debugged.attach(1);
  const first = await debugged.worker((event) => event.attached === true);
  await debugged.save(2);
  const { debugger: adapter } = await debugged.worker(listensIn(2));
  const again = await attachDebugger(adapter ?? assert.fail(), stopHere(debugged.cwd));
  await waitFor('one adapter', () => adapters(debugged).length === 1);

  const { 'process.pid': pid } = await debugged.worker(
    (event) => event.generation === 2 && event.attached === true,
  );
  assert.notEqual(pid, first['process.pid']);
  process.kill(pid, 'SIGKILL');
  const successor = await debugged.worker(
    (event) => event['process.pid'] !== pid && listensIn(2)(event),
  );
  assert.equal(successor.state, 'booting', 'also who comes after a crash is debugged');
  await waitFor('one adapter', () => adapters(debugged).length === 1);
  for (const one of [client, again]) one.vanish();
});

test('the first request of a successor finds the breakpoints bound', async (t) => {
  const debugged = await startDebugged(t, ONE);
  const client = await debugged.attach(1);
  await debugged.save(2);
  const { debugger: adapter } = await debugged.worker(listensIn(2));
  const answer = ask(debugged); // before the debugger is there
  const again = await attachDebugger(adapter ?? assert.fail(), stopHere(debugged.cwd));
  const { threadId } = await again.event('stopped');
  await again.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 'version 2');
  await again.detach();
  client.vanish();
});

test('a debugger that does not come back is waited for once, and that is said', async (t) => {
  const debugged = await startDebugged(t, ONE);
  const client = await debugged.attach(1);
  await debugged.save(2);
  await debugged.worker((event) => event.generation === 2 && event.state === 'ready');
  const said = /^Worker 1 .*: no debugger came within 5 s/;
  await debugged.stream.event('log', ({ body }) => said.test(body));
  assert.equal(await within(10, 'the answer', ask(debugged)), 'version 2');

  await debugged.save(3);
  const next = await debugged.worker((event) => event.generation === 3 && event.state === 'ready');
  assert.equal(next.debugger, undefined);
  client.vanish();
});

test('the successor of a worker that was detached from is not debugged', async (t) => {
  const debugged = await startDebugged(t, ONE);
  const client = await debugged.attach(1);
  const { time } = await debugged.worker((event) => event.attached === true);
  await client.detach();
  await debugged.worker((event) => event.time > time && !event.attached);
  await debugged.save(2);
  const next = await debugged.worker((event) => event.generation === 2 && event.state === 'ready');
  assert.equal(next.debugger, undefined);
});

test('a breakpoint in code that runs at import, if asked for', async (t) => {
  const debugged = await startDebugged(t, ONE);
  const { cwd, server, stream } = debugged;
  await debugged.worker((event) => event.state === 'ready');
  const first = await stream.command('debug_worker', { worker: 1, at_import: true });
  const client = await attachDebugger(first, stopHere(cwd));
  await debugged.worker((event) => event.attached === true);
  writeFiles(cwd, { 'early.py': 'TEXT = "early"  # stop here\n' });
  const app = 'from early import TEXT\n\ndef application(environ, start_response):\n';
  writeFiles(cwd, {
    'wsgi.py': `${app}    start_response("200 OK", [])\n    return [TEXT.encode()]\n`,
  });
  const { debugger: adapter } = await debugged.worker(listensIn(2));
  const again = await attachDebugger(adapter ?? assert.fail(), stopHere(cwd, 'early.py'));
  const { threadId } = await again.event('stopped');
  const paused = await debugged.worker((event) => event.state === 'paused');
  assert.equal(paused.paused_at, 'early.py:1');
  await again.request('continue', { threadId });
  await debugged.worker((event) => event.generation === 2 && event.state === 'ready');
  assert.equal(await within(10, 'the answer', ask(debugged)), 'early');
  assert.doesNotMatch(server.stderr, /no debugger came/);
  await again.detach();
  client.vanish();
});
