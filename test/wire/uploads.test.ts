/** Large bodies, both ways, through bounded memory. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { download, upload } from '../support/bodies.ts';
import { send } from '../support/http.ts';
import { peakRss } from '../support/memory.ts';
import { root } from '../support/paths.ts';
import { startServer, workersOf } from '../support/server.ts';

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
