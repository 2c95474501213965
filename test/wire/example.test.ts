/** What a new user meets: `npm start`, and every page of the example app. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/cleanup.ts';
import { copyOfApp, makeTempFolder, removeFolder } from '../support/folders.ts';
import { openStream, send } from '../support/http.ts';
import { root, systemNode, venvPython } from '../support/paths.ts';
import { startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

test('npm start prints where the app and the panel are, and Ctrl-C ends it', async (t) => {
  const folder = makeTempFolder();
  cleanUp(t, () => removeFolder(folder));
  const child = spawn(
    systemNode(),
    [join(root, 'test/apps/start.mjs'), '--bind', '127.0.0.1:0', '--python', venvPython],
    {
      env: { ...process.env, CI: '1', LIBRARY_DATABASE: join(folder, 'library.sqlite3') },
      detached: true,
    },
  );
  cleanUp(t, () => child.exitCode ?? child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (data) => (stdout += data));
  const app = await waitFor('App: …', () => /^App:\s+(http\S+)$/m.exec(stdout)?.[1], {
    seconds: 60,
  });
  const panel = await waitFor(
    'Panel: …',
    () => /^Panel:\s+(http\S+#token=\S+)$/m.exec(stdout)?.[1],
  );
  assert.match((await send(app)).body, /<h1>The Library<\/h1>/);
  assert.equal((await send(panel)).status, 200);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  assert.deepEqual(await within(10, 'the end', once(child, 'exit')), [0, null]);
  await assert.rejects(send(app), /ECONNREFUSED/);
});

test('npm start without Python says so, before it installs anything', () => {
  const script = join(root, 'test/apps/start.mjs');
  const said = spawnSync(systemNode(), [script], { env: { PATH: '/nowhere' }, encoding: 'utf8' });
  assert.equal(said.status, 1);
  assert.match(said.stderr, /^No Python found: install Python 3\.9 or newer.*\n$/);
  assert.equal(said.stdout, '');
});

test('every page of the example', async (t) => {
  const { url } = await serveExample(t);
  const get = (path: string) => send(`${url}${path}`);

  await t.test('the first page links to all others', async () => {
    const { body } = await get('/');
    const links = [...body.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href ?? '');
    const statuses = await Promise.all(links.map(async (path) => [path, (await get(path)).status]));
    assert.deepEqual(Object.fromEntries(statuses), {
      '/books': 200,
      '/slow?seconds=1': 200,
      '/error': 500,
      '/guestbook': 200,
      '/upload': 200,
      '/events': 200,
      '/chatter': 200,
      '/nowhere': 404,
    });
  });

  await t.test('the books, with thirteen queries and with one', async () => {
    const slow = (await get('/books')).body;
    const quick = (await get('/books?joined=1')).body;
    assert.match(slow, /<b>13<\/b> queries/);
    assert.match(quick, /<b>1<\/b> queries/);
    const rows = /<tbody>.*<\/tbody>/s;
    assert.equal(rows.exec(slow)?.[0], rows.exec(quick)?.[0]);
  });

  await t.test('the guest book keeps what is posted, escaped', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'name=Ann&words=%3Cb%3Ehello%3C%2Fb%3E';
    const posted = await send(`${url}/guestbook`, { method: 'POST', headers, body });
    assert.equal(posted.status, 303);
    assert.match((await get('/guestbook')).body, /<b>Ann<\/b> &lt;b&gt;hello&lt;\/b&gt;/);
  });

  await t.test('an upload is measured', async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--x--\r\n';
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const { body: page } = await send(`${url}/upload`, { method: 'POST', headers, body });
    assert.match(page, /a\.txt: 3 bytes, SHA-256 ba7816bf/);
  });

  await t.test('the events tick', async () => {
    const stream = await openStream(`${url}/events/stream`);
    const [first] = await once(stream, 'data');
    assert.match(String(first), /^data: tick 1 from worker process \d+/);
    stream.destroy();
  });
});

test('the chatter page shows in the stream', async (t) => {
  const server = await serveExample(t);
  const stream = await server.stream();
  await send(`${server.url}/chatter`);
  const { request } = await stream.event(
    'request.ended',
    (event) => event['url.path'] === '/chatter',
  );
  const { logs } = await stream.command('request', { request });
  assert.deepEqual(
    new Set(logs.map(({ source }) => source)),
    new Set(['stdout', 'wsgi.errors', 'logging']),
  );
});

async function serveExample(t: TestContext) {
  const cwd = copyOfApp(t, 'example');
  const env = { LIBRARY_DATABASE: join(cwd, 'library.sqlite3') };
  return startServer(t, { cwd, app: 'wsgi:application', env });
}
