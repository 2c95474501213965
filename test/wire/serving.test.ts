/** The same pages on every framework, through two workers, answered in the same way. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { openStream, send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

for (const [framework, make] of Object.entries(APPS)) {
  test(`${framework}`, async (t) => {
    const server = await startServer(t, await make(t));
    const { url } = server;

    await t.test('answers through two workers, and each takes requests', async () => {
      const pids = new Set<string>();
      await waitFor('answers of two workers', async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => send(url)));
        for (const { status, body } of answers) {
          assert.equal(status, 200);
          assert.match(body, /^version 1 from \d+$/);
          pids.add(body);
        }
        return pids.size === 2;
      });
    });

    await t.test('takes a form', async () => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await send(`${url}/form`, { method: 'POST', headers, body: 'name=Ann+Lee' });
      assert.equal(answer.body, 'Hello, Ann Lee');
    });

    await t.test('takes an upload of 2 MB whole', async () => {
      const body = Buffer.alloc(2_000_000, 'prefork');
      const headers = { 'Content-Type': 'application/octet-stream' };
      const answer = await send(`${url}/upload`, { method: 'POST', headers, body });
      assert.equal(answer.body, `2000000 ${createHash('sha256').update(body).digest('hex')}`);
    });

    await t.test('streams events as they come', async () => {
      const response = await openStream(`${url}/events`);
      assert.match(String(response.headers['content-type']), /^text\/event-stream/);
      const [first] = await once(response, 'data');
      assert.match(String(first), /^data: version 1 tick 1\n\n/);
      const [second] = await once(response, 'data');
      assert.match(String(second), /tick 2/);
      response.destroy();
    });

    await t.test('answers fast requests while four slow ones run', async () => {
      const { events } = await server.stream();
      const slow = Array.from({ length: 4 }, () => send(`${url}/slow?seconds=1`));
      const running = () =>
        events.filter((e) => e.type === 'request.started' && e['url.path'] === '/slow').length;
      await waitFor('four slow requests', () => running() === 4);
      const started = performance.now();
      for (let number = 0; number < 10; number += 1) assert.equal((await send(url)).status, 200);
      assert.ok(performance.now() - started < 500, 'fast requests waited for slow ones');
      for (const { body } of await Promise.all(slow)) assert.equal(body, 'slow');
    });

    await t.test('answers an exception with status 500 and goes on', async () => {
      assert.equal((await send(`${url}/error`)).status, 500);
      assert.equal((await send(url)).status, 200);
    });

    await t.test('stops at SIGTERM and leaves nothing', async () => {
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });
  });
}

test('django: the admin answers, with its database', async (t) => {
  const { url } = await startServer(t, await APPS.django(t));
  const answer = await send(`${url}/admin/login/`);
  assert.equal(answer.status, 200);
  assert.match(answer.body, /Django administration/);
});

test('without --dev: one worker, no panel, no reload', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, { ...fixture, dev: false });
  assert.equal(server.info.panel, null);
  assert.equal(server.info.stream, null);
  const zygote = server.processes().find(({ parent }) => parent === server.pid);
  assert.equal(server.processes().filter(({ parent }) => parent === zygote?.pid).length, 1);
  assert.match((await send(server.url)).body, /^version 1 from \d+$/);
  assert.doesNotMatch((await send(`${server.url}/error`)).body, /broken on purpose/);
});
