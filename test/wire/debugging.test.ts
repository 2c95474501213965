/** Debugging workers over the wire: the stream starts debugpy, a debug client attaches to it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { attachDebugger, type DebugClient } from '../support/debugAdapter.ts';
import { copyOfApp, writeFiles } from '../support/folders.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { within } from '../support/wait.ts';

/** The line of the app that answers `/`. */
function breakpointIn(cwd: string) {
  const path = join(cwd, 'wsgi.py');
  const lines = readFileSync(path, 'utf8').split('\n');
  return { path, lines: [lines.findIndex((line) => line.includes('message.TEXT} from')) + 1] };
}

/** Each as soon as it is ready, or waits for its debugger, as the editor does. */
async function debugWorkers(
  server: RunningServer,
  cwd: string,
  generation: number,
): Promise<DebugClient[]> {
  const stream = await server.stream();
  const workers = [1, 2].map(async (worker) => {
    const isAttachable = (event: WorkerEvent) =>
      (event.state === 'ready' || event.debugger !== undefined) &&
      event.worker === worker &&
      event.generation === generation;
    await stream.event('worker', isAttachable);
    const adapter = await stream.command('debug_worker', { worker });
    return attachDebugger(adapter, breakpointIn(cwd));
  });
  return Promise.all(workers);
}

/** A request stops in one of them; the answer comes when it goes on. */
async function stopAndGoOn(server: RunningServer, clients: DebugClient[]): Promise<string> {
  const answer = fetch(server.url).then((response) => response.text());
  answer.catch(() => {});
  const stops = clients.map(async (client) => ({
    client,
    stop: await client.event('stopped', 15),
  }));
  for (const stop of stops) stop.catch(() => {});
  const { client, stop } = await Promise.any(stops);
  assert.equal(stop.reason, 'breakpoint');
  await client.request('continue', { threadId: stop.threadId });
  return within(10, 'the answer', answer);
}

test('a step out of the app does not stop in the code of the worker', async (t) => {
  const cwd = copyOfApp(t, 'bare');
  const path = join(cwd, 'wsgi.py');
  const server = await startServer(t, { app: 'wsgi:application', cwd, args: ['--workers=1'] });
  const stream = await server.stream();
  const lines = readFileSync(path, 'utf8').split('\n');
  const last = lines.findIndex((line) => line.includes('return body')) + 1;
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const client = await attachDebugger(adapter, { path, lines: [last] });
  const answer = fetch(server.url).then((response) => response.text());
  const { threadId } = await client.event('stopped');
  await client.request('stepOut', { threadId });
  const stops = client.event('stopped').then(
    (stop) => stop,
    () => 'closed',
  );
  assert.match(await Promise.race([answer, stops]), /^version 1/);
  await client.detach();
});

test('a breakpoint stops a request in a worker, and does so again after a reload', async (t) => {
  const cwd = copyOfApp(t, 'flask');
  const server = await startServer(t, { app: 'wsgi:application', cwd });
  const stream = await server.stream();
  assert.match(await stopAndGoOn(server, await debugWorkers(server, cwd, 1)), /^version 1/);

  writeFiles(cwd, { 'message.py': 'TEXT = "version 2"\n' });
  await stream.command('saved', { files: [join(cwd, 'message.py')] });
  const clients = await debugWorkers(server, cwd, 2);
  await stream.event('reload', (event) => event.generation === 2 && event.phase === 'ready');
  assert.match(await stopAndGoOn(server, clients), /^version 2/);
  await Promise.all(clients.map((client) => client.detach()));
});
