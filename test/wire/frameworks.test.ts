/** Routes, views and middleware, as the stream tells of them. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Place } from '../../server/stream/trace.ts';
import { APPS } from '../support/apps.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';

const VIEWS: Record<keyof typeof APPS, string | null> = {
  bare: null,
  flask: 'wsgi.chatter',
  bottle: 'wsgi.chatter',
  django: 'views.chatter',
};

/** The words of the line that a span is led to, up to what it takes. */
function lineOf(site: Place | null | undefined): string | undefined {
  if (!site) return undefined;
  const lines = readFileSync(site['code.file.path'], 'utf8').split('\n');
  return lines[site['code.line.number'] - 1]?.split('(')[0];
}

for (const [name, make] of Object.entries(APPS)) {
  const view = VIEWS[name as keyof typeof APPS];

  test(`${name}: route and view of every request, with 2 workers and after a reload`, async (t) => {
    const app = await make(t);
    const server = await startServer(t, { ...app, args: ['--workers', '2'] });
    const stream = await server.stream();

    async function check(count: number): Promise<void> {
      for (let number = 0; number < count; number += 1) {
        await send(`${server.url}/chatter?${count}.${number}`);
        const ended = await stream.event(
          'request.ended',
          (event) => event['url.query'] === `${count}.${number}`,
        );
        const known = [ended['http.route'], ended.view, ended.framework];
        assert.deepEqual(known, view ? ['/chatter', view, name] : [null, null, null]);
      }
    }

    await check(8);
    writeFileSync(join(app.cwd, 'message.py'), 'TEXT = "version 2"\n');
    await stream.command('saved', { files: [join(app.cwd, 'message.py')] });
    await check(4);
  });

  test(`${name}: the view is a span, and what nobody answers has no route`, async (t) => {
    const server = await startServer(t, await make(t));
    const stream = await server.stream();
    await send(`${server.url}/chatter`);
    const { request } = await stream.event('request.ended');
    const { trace } = await stream.command('request', { request });
    const views = trace?.spans.filter(({ kind }) => kind === 'view') ?? [];
    assert.deepEqual(
      views.map(({ text, site }) => [text, site?.['code.function.name'], lineOf(site)]),
      view ? [[view, 'chatter', 'def chatter']] : [],
    );
    await send(`${server.url}/nowhere`);
    const nowhere = await stream.event(
      'request.ended',
      (event) => event['url.path'] === '/nowhere',
    );
    assert.deepEqual([nowhere['http.route'], nowhere.view], [null, null]);
  });
}

test('django: middleware is told of by layers, with the view innermost', async (t) => {
  const server = await startServer(t, await APPS.django(t));
  const stream = await server.stream();
  await send(`${server.url}/chatter`);
  const { request } = await stream.event('request.ended');
  const { trace } = await stream.command('request', { request });
  const layers = trace?.spans.filter(({ kind }) => kind !== 'sql') ?? [];
  assert.deepEqual(
    layers.map(({ parent }) => parent),
    [null, ...layers.slice(1).map((_, index) => index)],
  );
  assert.equal(layers[0]?.text, 'django.middleware.security.SecurityMiddleware');
  assert.equal(layers.at(-1)?.text, 'views.chatter');
});
