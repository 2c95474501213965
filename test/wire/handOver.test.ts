/** Requests of real apps as HAR and OTLP: valid by what was published of both, read by others, and taken in again. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyOfApp } from '../support/folders.ts';
import { assertValidHar } from '../support/harSchema.ts';
import { send } from '../support/http.ts';
import { type ReadSpan, readOtlp } from '../support/otlpReader.ts';
import { venv } from '../support/paths.ts';
import { startServer } from '../support/server.ts';
import { traced } from '../support/traces.ts';

const shell = (text: string): string =>
  execFileSync('sh', ['-c', text], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(venv, 'bin')}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** What each is run with, and answers. */
const CLIENTS = {
  curl: shell,
  httpie: (text: string) => shell(text.replace('http --', 'http --body --')),
  fetch: (text: string) => {
    const script = `${text}process.stdout.write(await response.text());`;
    const args = ['--input-type=module', '-e', script];
    return execFileSync(process.execPath, args, { encoding: 'utf8' });
  },
};

const DATABASE = { ENGINE: 'django.db.backends.sqlite3', NAME: 'orders.db' };

for (const app of ['flasked', 'bottled', 'djangoed']) {
  test(`${app}: HAR, OTLP, and the same request by curl, HTTPie and fetch`, async (t) => {
    const cwd = copyOfApp(t, 'orders');
    const env = { ORDERS_DATABASE: JSON.stringify(DATABASE) };
    const server = await startServer(t, { cwd, app, args: ['--workers', '2'], env });
    const stream = await server.stream();
    const post = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'ü' };
    await send(`${server.url}/prepare`, post);
    await send(`${server.url}/orders/1?list=[a]&b=%zz`, post);
    const { ended: failed } = await traced(server, '/fail');
    const ended = (path: string) =>
      stream.event('request.ended', (one) => one['url.path'] === path);
    await Promise.all(['/prepare', '/plain'].map(ended));
    const orders = await ended('/orders/1');
    const { trace, logs } = await stream.command('request', { request: orders.request });

    const har = await stream.command('export', { requests: [], format: 'har' });
    assert.equal(har.name, 'prefork-requests.har');
    assertValidHar(har.text);
    const { entries } = JSON.parse(har.text).log;
    assert.deepEqual(
      entries.map(({ request }: { request: { url: string } }) => new URL(request.url).pathname),
      ['/prepare', '/orders/1', '/plain', '/fail'],
    );
    const [, entry] = entries;
    assert.equal(entry.request.postData.text, 'ü');
    assert.match(entry.response.content.text, /customer 7/);
    const { send: sent, wait, receive } = entry.timings;
    assert.ok(Math.abs(sent + wait + receive - entry.time) < 0.01);

    const file = await stream.command('export', { requests: [], format: 'otlp' });
    const told = readOtlp(file.text);
    const span = told.spans.find(({ id }) => id === orders.request);
    assert.ok(span && trace);
    assert.deepEqual(
      [span.trace, span.kind, span.start],
      [orders.trace_id, 2, orders.started * 1000],
    );
    assert.equal(span.attributes['http.response.status_code'], 200);
    const inside = told.spans.filter((one) => one.kind !== 2 && serverOf(one, told.spans) === span);
    assert.equal(inside.length, trace.spans.length);
    const sql = inside.filter(({ attributes }) => attributes['prefork.kind'] === 'sql');
    assert.equal(sql.length, orders.totals.sql?.count);
    assert.match(String(sql.at(-1)?.attributes['db.query.text']), /^SELECT name FROM customer/);
    assert.equal(sql.at(-1)?.name, 'SELECT customer');
    const asked = told.spans.find(({ attributes }) => attributes['url.path'] === '/plain');
    const outgoing = inside.find(({ attributes }) => attributes['prefork.kind'] === 'http');
    assert.equal(
      asked?.parent,
      outgoing?.id,
      'the request that it sent hangs under the span of sending',
    );
    assert.equal(asked?.trace, span.trace);

    const said = told.logs.filter((log) => log.span === orders.request);
    assert.deepEqual(said.map(({ body }) => body).sort(), logs.map(({ body }) => body).sort());
    const broken = told.spans.find(({ id }) => id === failed.request);
    assert.deepEqual([broken?.status, broken?.attributes['error.type']], [2, 'ValueError']);
    assert.equal(broken?.events[0]?.['exception.message'], 'cannot pay');
    assert.ok(!/hunter2/.test(har.text + file.text));

    for (const { name, text } of [har, file]) {
      const { requests } = await stream.command('import', { name, text });
      assert.equal(requests.length, 4);
      const { request, trace: again } = await stream.command('request', {
        request: requests[1] ?? '',
      });
      assert.deepEqual([request['url.path'], request.worker], ['/orders/1', 0]);
      assert.equal(again?.spans.length, trace.spans.length);
      const { routes } = await stream.command('routes', {});
      assert.equal(Math.max(...routes.map(({ count }) => count)), 1, 'it counts nowhere');
    }

    const { body: answered } = await send(`${server.url}/orders/1`, post);
    for (const [format, run] of Object.entries(CLIENTS)) {
      const one = { requests: [orders.request], format: format as keyof typeof CLIENTS };
      const { text } = await stream.command('export', one);
      assert.equal(run(text).trim(), answered.trim(), text);
    }
  });
}

/** The request that it is part of. */
function serverOf(span: ReadSpan, spans: ReadSpan[]): ReadSpan | undefined {
  const parent = spans.find(({ id }) => id === span.parent);
  return parent && parent.kind !== 2 ? serverOf(parent, spans) : parent;
}

test('a file that is larger than commands usually are, and one that is too large', async (t) => {
  const cwd = copyOfApp(t, 'orders');
  const server = await startServer(t, { cwd, app: 'bottled', args: ['--workers', '2'] });
  const stream = await server.stream();
  await traced(server, '/plain');
  const { name, text } = await stream.command('export', { requests: [], format: 'har' });
  const padded = (size: number): string => text + '\n'.repeat(size);
  const { requests } = await stream.command('import', { name, text: padded(3 << 20) });
  assert.equal(requests.length, 1);
  await assert.rejects(
    stream.command('import', { name, text: padded(33 << 20) }),
    /at most 32 MiB/,
  );
});
