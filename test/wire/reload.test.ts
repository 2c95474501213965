/** Save, and the next answer is new: on every framework, under load, and after a mistake. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { openStream, send } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

/** Gives the time of the save, in microseconds since the epoch. */
function save(cwd: string, text: string): number {
  const saved = Date.now() * 1000;
  writeFileSync(join(cwd, 'message.py'), `TEXT = "${text}"\n`);
  return saved;
}

/** Resolves when a generation that began after the save is ready: every answer is new. */
async function reloaded(server: RunningServer, saved: number): Promise<void> {
  const stream = await server.stream();
  const started = await stream.event(
    'reload',
    ({ phase, time }) => phase === 'started' && time >= saved,
  );
  await stream.event(
    'reload',
    ({ phase, generation }) => phase === 'ready' && generation >= started.generation,
  );
}

/** Resolves when the server knows that the app imports the file: Django does at its first request. */
async function imported(server: RunningServer, cwd: string): Promise<void> {
  const stream = await server.stream();
  let saves = 0;
  const reloadedForIt = async (): Promise<boolean> => {
    await send(server.url);
    save(cwd, `version 2 save ${++saves}`);
    return stream.events.some((event) => event.type === 'reload' && event.reason === 'code');
  };
  await waitFor('a reload', reloadedForIt, { interval: 300 });
  await reloaded(server, save(cwd, 'version 2'));
}

for (const [framework, make] of Object.entries(APPS)) {
  test(`${framework}: saves under keep-alive load fail no request and leave none stale`, async (t) => {
    const fixture = await make(t);
    const server = await startServer(t, fixture);
    const stream = await server.stream();
    await imported(server, fixture.cwd);
    const load = startLoad(server.url);
    cleanUp(t, () => load.stop());
    for (let version = 3; version <= 7; version += 1) {
      const saved = save(fixture.cwd, `version ${version}`);
      await stream.command('saved', { files: [join(fixture.cwd, 'message.py')] });
      load.expect(version); // from the acknowledgement on, not only when all is ready
      await reloaded(server, saved);
      const before = load.answers;
      await waitFor('traffic', () => load.answers > before + 10);
    }
    await load.stop();
    assert.deepEqual(load.failures, []);
    assert.equal(load.stale, 0, 'stale answers');
    assert.ok(load.answers > 20, `only ${load.answers} answers`);
  });
}

test('a save that only the file watcher sees', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, fixture);
  save(fixture.cwd, 'version 2');
  await waitFor('a new answer', async () => (await send(server.url)).body.includes('version 2'));
  const stream = await server.stream();
  const { files, generation, reason } = await stream.event('reload', (e) => e.reason === 'code');
  assert.deepEqual(
    { files, generation, reason },
    {
      files: [join(fixture.cwd, 'message.py')],
      generation: 2,
      reason: 'code',
    },
  );
});

test('saves of the same size within one second', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, fixture);
  for (const version of [2, 3, 4]) {
    await reloaded(server, save(fixture.cwd, `version ${version}`));
    assert.match((await send(server.url)).body, new RegExp(`^version ${version} `));
  }
});

test('a keep-alive connection survives a reload', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, fixture);
  const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  const ask = async (): Promise<string> => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [data] = await within(5, 'an answer on the same connection', once(socket, 'data'));
    return String(data);
  };
  assert.match(await ask(), /version 1/);
  await reloaded(server, save(fixture.cwd, 'version 2'));
  assert.match(await ask(), /version 2/);
  assert.equal(socket.closed, false);
});

test('an event stream is closed soon after a reload, and the next one is new', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, fixture);
  const stream = await openStream(`${server.url}/events`);
  const ended = once(stream.resume(), 'end'); // rejects when it is cut off
  save(fixture.cwd, 'version 2');
  await within(10, 'the old event stream to be closed', ended);
  assert.ok(stream.complete);
  const next = await openStream(`${server.url}/events`);
  const [first] = await once(next, 'data');
  assert.match(String(first), /version 2 tick 1/);
  next.destroy();
});

test('a syntax error is answered with its traceback, and the next save heals', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, fixture);
  const stream = await server.stream();
  const file = join(fixture.cwd, 'message.py');

  writeFileSync(file, 'TEXT = (\n');
  const failed = await stream.event('reload', ({ phase }) => phase === 'failed');
  assert.deepEqual(failed.files, [file]);

  const forBrowsers = await send(server.url, { headers: { Accept: 'text/html,*/*;q=0.8' } });
  assert.equal(forBrowsers.status, 500);
  assert.match(String(forBrowsers.headers['content-type']), /^text\/html/);
  assert.match(forBrowsers.body, /SyntaxError/);

  const forCurl = await send(server.url, { headers: { Accept: '*/*' } });
  assert.equal(forCurl.status, 500);
  assert.match(String(forCurl.headers['content-type']), /^text\/plain/);
  assert.match(forCurl.body, /SyntaxError/);
  assert.match(forCurl.body, /message\.py", line 1/);

  const exception = await stream.event('exception', ({ kind }) => kind === 'import');
  assert.equal(exception['exception.type'], 'SyntaxError');
  assert.equal(exception.location?.['code.file.path'], file);
  assert.equal(exception.location?.['code.line.number'], 1);

  save(fixture.cwd, 'version 3');
  await waitFor('the app to be healed', async () => {
    const { status, body } = await send(server.url);
    return status === 200 && body.includes('version 3');
  });
});

test('an app that is broken at the start is served as its traceback, and heals', async (t) => {
  const fixture = await APPS.bare(t);
  writeFileSync(join(fixture.cwd, 'message.py'), 'import no_such_module\n');
  const server = await startServer(t, fixture);
  assert.match((await send(server.url)).body, /ModuleNotFoundError/);
  save(fixture.cwd, 'version 2');
  await waitFor('the app to be healed', async () =>
    (await send(server.url)).body.includes('version 2'),
  );
});

test('SIGHUP makes a new generation', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const before = (await send(server.url)).body;
  server.child.kill('SIGHUP');
  const stream = await server.stream();
  await stream.event('reload', ({ phase, reason }) => phase === 'ready' && reason === 'signal');
  assert.notEqual((await send(server.url)).body, before);
});

test('the command reload makes a new generation', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const { generation, duration } = await stream.command('reload', {});
  assert.equal(generation, 2);
  assert.ok(duration > 0 && duration < 5_000_000);
});
