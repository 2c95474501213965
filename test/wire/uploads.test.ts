/** Large bodies, both ways, through bounded memory. */

import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { download, upload } from '../support/bodies.ts';
import { send } from '../support/http.ts';
import { peakRss } from '../support/memory.ts';
import { root } from '../support/paths.ts';
import { startProject } from '../support/project.ts';
import { startServer, workersOf } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const cwd = join(root, 'test/bench/apps/bare');
const BLOCKS = 1024; // of 64 KiB: 64 MB
const SIZE = BLOCKS * 65_536;
const GROWTH = 8 * 1024 * 1024;

for (const threads of ['1', '4']) {
  test(`64 MB up, up in chunks, and down, with ${threads} threads`, async (t) => {
    const args = ['--threads', threads];
    const server = await startServer(t, { app: 'wsgi:application', cwd, dev: false, args });
    await send(server.url);
    const [worker = 0] = workersOf(server);
    const before = peakRss(worker);
    assert.equal(await upload(server.url, BLOCKS), SIZE);
    assert.equal(await upload(server.url, BLOCKS, true), SIZE);
    assert.equal(await download(server.url, BLOCKS), SIZE);
    const growth = peakRss(worker) - before;
    assert.ok(growth < GROWTH, `the worker grew by ${Math.round(growth / 1024)} KB`);
    assert.equal((await send(server.url)).status, 200);
  });
}

const KEEPS = `
import tempfile, threading
kept = threading.local()

def answer():
    kept.upload = tempfile.NamedTemporaryFile()
    return kept.upload.name
`;

test('a temporary file that a thread of the app holds goes with its worker', async (t) => {
  const { server } = await startProject(t, { 'pages.py': KEEPS }, { args: ['--workers', '1'] });
  const name = basename((await send(server.url)).body);
  assert.ok(server.leftovers().includes(name));
  await (await server.stream()).command('reload', {});
  await waitFor('the old worker to end', () => !server.leftovers().includes(name));
  await send(server.url);
  await server.stop(); // which checks that nothing is left
});
