import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServerHost } from '../../../extension/serverHost.ts';
import { Cancelled, type ServerOptions } from '../../../extension/serverProcess.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { serverBundle, venvPython } from '../../support/paths.ts';
import { isAlive } from '../../support/processes.ts';
import { waitFor } from '../../support/wait.ts';

const HELLO = `
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
`;

function hostOf(t: TestContext, source = HELLO) {
  const root = tempFolder(t);
  writeFiles(root, { 'wsgi.py': source });
  const host = createServerHost({ script: serverBundle, onLine: () => {} });
  t.after(() => host.stop());
  const app = 'wsgi:application';
  const options: ServerOptions = { app, root, python: venvPython, port: 0, args: [], env: {} };
  return { host, options, root };
}

test('starts the real server, follows its stream, and stops it', async (t) => {
  const { host, options } = hostOf(t);
  const states: string[] = [];
  host.onChange(() => states.at(-1) !== host.state && states.push(host.state));
  const server = await host.start(options);
  assert.equal(await (await fetch(server.info.addresses[0] ?? '')).text(), 'hello');
  await waitFor('two ready workers', () => {
    const ready = server.model.workers.filter((worker) => worker.state === 'ready');
    return ready.length === 2;
  });
  const { generation } = await server.send('reload', {});
  assert.equal(generation, 2);
  await assert.rejects(server.send('restart_worker', { worker: 99 }), /no worker 99/);
  await host.stop();
  assert.equal(host.server, undefined);
  assert.equal(isAlive(server.info.pid), false);
  assert.equal(states[0], 'starting');
  assert.deepEqual(states.slice(-2), ['stopping', 'stopped']);
});

test('a start with other options, or once more, ends the first server; with the same it is that', async (t) => {
  const { host, options } = hostOf(t);
  const first = await host.start(options);
  assert.equal(await host.start({ ...options }), first);
  const second = await host.start({ ...options, threads: 1 });
  assert.notEqual(second.info.pid, first.info.pid);
  assert.equal(isAlive(first.info.pid), false);
  const third = await host.start(second.options, { again: true });
  assert.notEqual(third.info.pid, second.info.pid);
  assert.equal(isAlive(second.info.pid), false);
});

test('a server that ends early: the line that says why', async (t) => {
  const { host, options } = hostOf(t);
  const wrong = { ...options, args: ['--no-such-option'] };
  await assert.rejects(host.start(wrong), /--no-such-option/);
  assert.equal(host.state, 'stopped');
});

/** Its import takes minutes. */
const SLOW = `
import os, time
with open("pid", "a") as file:
    print(os.getpid(), file=file, flush=True)
time.sleep(600)
`;

test('stop while it starts: cancelled, and nothing is left', async (t) => {
  const { host, options, root } = hostOf(t, SLOW);
  const started = host.start(options);
  started.catch(() => {});
  const pids = () => readFileSync(join(root, 'pid'), 'utf8').trim().split('\n').map(Number);
  await waitFor('both workers to import', () => pids().length === 2);
  await host.stop();
  await assert.rejects(started, Cancelled);
  assert.equal(host.state, 'stopped');
  await waitFor('the workers to end', () => !pids().some(isAlive));
});

test('killed: the crash is told', async (t) => {
  const { host, options } = hostOf(t);
  const server = await host.start(options);
  const crash = new Promise<string>((resolve) => host.onCrash(resolve));
  process.kill(server.info.pid, 'SIGKILL');
  assert.ok((await crash).length > 0);
  assert.equal(host.state, 'stopped');
});
