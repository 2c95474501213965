/** What is killed comes back, what is stopped is gone. */

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { send } from '../support/http.ts';
import { isAlive } from '../support/processes.ts';
import { assertNothingLeft, type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

/** The zygote is the arbiter's child; the workers are the zygote's. */
function zygoteOf(server: RunningServer): number {
  const zygote = server.processes().find(({ parent }) => parent === server.pid);
  assert.ok(zygote, 'the server has no child');
  return zygote.pid;
}

const answers = async (server: RunningServer): Promise<boolean> =>
  (await send(server.url)).status === 200;

test('kill -9 of a worker: it is replaced, and the server answers meanwhile', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const victim = Number((await send(server.url)).body.split(' ').at(-1));
  process.kill(victim, 'SIGKILL');
  await waitFor('an answer', () => answers(server));
  const exited = await stream.event(
    'worker',
    (event) => event.state === 'exited' && event['process.pid'] === victim,
  );
  assert.deepEqual(exited.exit, { code: null, signal: 'SIGKILL' });
  await stream.event(
    'worker',
    (event) =>
      event.state === 'ready' && event.worker === exited.worker && event.sequence > exited.sequence,
  );
});

test('kill -9 of all workers at once: the server answers again', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const zygote = zygoteOf(server);
  const workers = server.processes().filter(({ parent }) => parent === zygote);
  assert.equal(workers.length, 2);
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');
  await waitFor('an answer', () => answers(server));
});

test('kill -9 of a worker that imports the app: another imports it', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, fixture);
  const stream = await server.stream();
  const text =
    'import os, time\nTEXT = "version 2"\nwhile not os.path.exists("go"): time.sleep(0.01)\n';
  writeFileSync(join(fixture.cwd, 'message.py'), text);
  const booting = await stream.event('worker', (event) => event.generation === 2);
  process.kill(booting['process.pid'], 'SIGKILL');
  await stream.event('worker', (event) => event.generation === 2 && event.state === 'exited');
  writeFileSync(join(fixture.cwd, 'go'), '');
  const { status, body } = await send(server.url);
  assert.equal(status, 200);
  assert.match(body, /version 2/);
});

test('kill -9 of the zygote: the server answers again, and can reload', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const zygote = zygoteOf(server);
  process.kill(zygote, 'SIGKILL');
  await waitFor('an answer', () => answers(server));
  await waitFor('another zygote', () => zygoteOf(server) !== zygote);
  const { generation } = await stream.command('reload', {});
  const ready = await stream.event(
    'worker',
    (event) => event.state === 'ready' && event.generation === generation,
  );
  assert.ok(isAlive(ready['process.pid']));
  assert.ok(await answers(server));
});

test('kill -9 of the arbiter: nothing is left', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const before = server.processes();
  assert.ok(before.length >= 4, 'arbiter, zygote and two workers');
  process.kill(server.pid, 'SIGKILL');
  await waitFor('every process to be gone', () => server.processes().length === 0);
  const refused = () =>
    send(server.url).then(
      () => false,
      (error) => error.code === 'ECONNREFUSED',
    );
  await waitFor('connections to be refused', refused);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
  test(`${signal} leaves no process, no socket and no info file`, async (t) => {
    const server = await startServer(t, await APPS.bare(t));
    const exit = await server.stop(signal);
    assert.deepEqual(exit, { code: 0, signal: null });
    await assertNothingLeft(server);
  });
}

test('Ctrl-C, which every process of the group gets, leaves nothing either', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  for (const { pid } of server.processes()) process.kill(pid, 'SIGINT');
  const exit = await server.exited;
  assert.deepEqual(exit, { code: 0, signal: null });
  await assertNothingLeft(server);
});

test('a closed editor, whose IPC channel ends, leaves nothing', async (t) => {
  const server = await startServer(t, { ...(await APPS.bare(t)), ipc: true });
  server.child.disconnect();
  assert.equal((await server.exited).code, 0);
  await assertNothingLeft(server);
});

test('a Unix socket answers, and its file goes with the server', async (t) => {
  const fixture = await APPS.bare(t);
  const socketPath = join(fixture.cwd, 'app.sock');
  const server = await startServer(t, { ...fixture, bind: `unix:${socketPath}` });
  assert.deepEqual(server.info.addresses, [`unix:${socketPath}`]);
  assert.match((await send('http://localhost/', { socketPath })).body, /version 1/);
  await server.stop();
  assert.equal(existsSync(socketPath), false);
});

test('SIGTERM finishes a request that is under way', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const slow = send(`${server.url}/slow?seconds=1`);
  await stream.event('request.started', (event) => event['url.path'] === '/slow');
  await server.stop('SIGTERM');
  assert.equal((await slow).body, 'slow');
});

test('TTIN and TTOU change the number of workers', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  server.child.kill('SIGTTIN');
  const third = await stream.event(
    'worker',
    ({ worker, state }) => worker === 3 && state === 'ready',
  );
  server.child.kill('SIGTTOU');
  await stream.event(
    'worker',
    (event) => event.worker === 3 && event.state === 'exited' && event.sequence > third.sequence,
  );
});
