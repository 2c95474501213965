/** Without dev mode: Gunicorn's signals on a plain pre-fork server. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { send } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { runServer, startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

const PLAIN = { dev: false, args: ['--workers', '2', '--threads', '2'] };

test('HUP under load: the new workers come first, then the old ones go, and nothing fails', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, { ...fixture, ...PLAIN });
  const load = startLoad(server.url);
  cleanUp(t, () => load.stop());
  for (const version of [2, 3, 4]) {
    // Of another size each time: Python's own check of bytecode sees whole seconds and sizes only.
    const padding = '#'.repeat(version);
    writeFileSync(join(fixture.cwd, 'message.py'), `TEXT = "version ${version}"\n${padding}\n`);
    server.child.kill('SIGHUP');
    await waitFor(`version ${version}`, async () =>
      (await send(server.url)).body.includes(`version ${version}`),
    );
  }
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.ok(load.answers > 20, `only ${load.answers} answers`);
});

test('HUP with code that cannot be imported spares the server that runs', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, { ...fixture, ...PLAIN });
  writeFileSync(join(fixture.cwd, 'message.py'), 'TEXT = (\n');
  server.child.kill('SIGHUP');
  await waitFor('the reason in the log', () => server.stderr.includes('SyntaxError'));
  const { status, body } = await send(server.url);
  assert.equal(status, 200);
  assert.match(body, /version 1/);
  writeFileSync(join(fixture.cwd, 'message.py'), 'TEXT = "version 22"\n');
  server.child.kill('SIGHUP');
  await waitFor('version 22', async () => (await send(server.url)).body.includes('version 22'));
  // Two workers at the start, two that failed, two that serve, one of which may answer before the other
  // has booted: none was tried over and over.
  const booted = () => server.stderr.match(/Booting worker/g)?.length ?? 0;
  await waitFor('both workers', () => booted() >= 6);
  assert.equal(booted(), 6);
});

test('an import that hangs is stopped by the timeout, logged with its stack, and tried again', async (t) => {
  const fixture = await APPS.bare(t);
  writeFileSync(join(fixture.cwd, 'message.py'), 'TEXT = "version 1"\nwhile True: pass\n');
  const server = runServer(t, { ...fixture, dev: false, args: ['--timeout', '2'] });
  await waitFor('the stack in the log', () =>
    /exited with code 1\nTimeout[\s\S]*message\.py", line 2/.test(server.stderr),
  );
  writeFileSync(join(fixture.cwd, 'message.py'), 'TEXT = "version 2"\n');
  await waitFor('the server to be there', () => existsSync(server.infoFile));
  const { addresses } = JSON.parse(readFileSync(server.infoFile, 'utf8'));
  assert.match((await send(addresses[0])).body, /^version 2/);
});

test('--preload imports the app once, before the workers fork', async (t) => {
  const fixture = await APPS.bare(t);
  writeFileSync(
    join(fixture.cwd, 'once.py'),
    'import os\nfrom wsgi import application\nprint("imported by", os.getpid())\n',
  );
  const args = ['--workers', '2', '--preload'];
  const server = await startServer(t, { ...fixture, app: 'once', dev: false, args });
  assert.equal((await send(server.url)).status, 200);
  assert.equal(server.stdout.match(/imported by/g)?.length, 1);
});

test('--preload of an app that cannot be imported ends the server with 3', async (t) => {
  const fixture = await APPS.bare(t);
  writeFileSync(join(fixture.cwd, 'message.py'), 'TEXT = (\n');
  const command = runServer(t, { ...fixture, dev: false, args: ['--preload'] });
  assert.equal((await command.exited).code, 3);
  assert.match(command.stderr, /SyntaxError/);
});

test('SIGTERM ends a server whose app hangs while it is imported', async (t) => {
  const fixture = await APPS.bare(t);
  const text = 'import time\nprint("importing")\ntime.sleep(600)\n';
  writeFileSync(join(fixture.cwd, 'message.py'), text);
  const command = runServer(t, { ...fixture, dev: false });
  await waitFor('the import to begin', () => command.stdout.includes('importing'));
  command.child.kill('SIGTERM');
  const { code } = await within(5, 'the server to end', command.exited);
  assert.equal(code, 0);
  assert.deepEqual(command.processes(), []);
});

test('USR1 opens the access log again', async (t) => {
  const fixture = await APPS.bare(t);
  const log = join(fixture.cwd, 'access.log');
  const args = ['--workers', '1', '--access-logfile', log];
  const server = await startServer(t, { ...fixture, dev: false, args });
  await send(`${server.url}/?first`);
  await waitFor('a line in the access log', () => readFileSync(log, 'utf8').includes('?first'));
  renameSync(log, `${log}.1`);
  server.child.kill('SIGUSR1');
  await waitFor('the log to be there again', () => existsSync(log));
  await send(`${server.url}/?second`);
  await waitFor('a line in the new log', () => readFileSync(log, 'utf8').includes('?second'));
  assert.doesNotMatch(readFileSync(`${log}.1`, 'utf8'), /second/);
});

test('a worker that ends by --max-requests hands its connections to its successor', async (t) => {
  const args = ['--workers', '1', '--threads', '1', '--max-requests', '3'];
  const server = await startServer(t, { ...(await APPS.bare(t)), dev: false, args });
  const load = startLoad(server.url, 2);
  cleanUp(t, () => load.stop());
  const served = () => (server.stderr.match(/Booting worker/g)?.length ?? 0) > 5;
  await waitFor('five successors', served);
  await load.stop();
  assert.deepEqual(load.failures, []);
});
