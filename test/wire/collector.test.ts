/** A server that sends its spans and lines to a collector, whatever the framework. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCollector } from '../support/collector.ts';
import { copyOfApp } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { runServer, startServer } from '../support/server.ts';
import { traced } from '../support/traces.ts';

const DATABASE = { ENGINE: 'django.db.backends.sqlite3', NAME: 'orders.db' };

for (const app of ['flasked', 'bottled', 'djangoed']) {
  test(`${app}: a collector gets spans and lines, and the rest at the end`, async (t) => {
    const collector = await startCollector(t);
    const cwd = copyOfApp(t, 'orders');
    const env = { ORDERS_DATABASE: JSON.stringify(DATABASE), OTEL_SERVICE_NAME: 'orders' };
    const args = ['--workers', '2', '--otlp-endpoint', collector.endpoint];
    const server = await startServer(t, { cwd, app, args, env });
    const stream = await server.stream();
    await send(`${server.url}/prepare`, { method: 'POST' });
    const parent = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'] as const;
    const headers = { traceparent: `00-${parent.join('-')}-01` };
    await send(`${server.url}/orders/1`, { method: 'POST', headers });
    const orders = await stream.event('request.ended', (one) => one['url.path'] === '/orders/1');
    const { ended: failed } = await traced(server, '/fail');
    await server.stop();

    const spans = collector.spans();
    const span = spans.find(({ id }) => id === orders.request);
    assert.deepEqual([span?.trace, span?.parent, span?.kind], [...parent, 2]);
    assert.equal(span?.resource['service.name'], 'orders');
    const queries = spans.filter(
      ({ attributes }) => attributes['db.query.summary'] === 'SELECT customer',
    );
    assert.equal(queries.length, 8);
    assert.ok(queries.every(({ trace }) => trace === parent[0]));
    const broken = spans.find(({ id }) => id === failed.request);
    assert.deepEqual([broken?.status, broken?.events[0]?.['exception.type']], [2, 'ValueError']);
    const said = collector.logs().filter(({ trace }) => trace === parent[0]);
    assert.ok(said.some(({ body }) => body.startsWith('listing orders')));
    assert.ok(!/hunter2/.test(JSON.stringify(collector.posts)));
  });
}

test('an endpoint is an http URL without a password', async (t) => {
  const cwd = copyOfApp(t, 'orders');
  for (const endpoint of ['localhost:4318', 'http://ann:secret@127.0.0.1:4318', 'file:///tmp']) {
    const command = runServer(t, { cwd, app: 'flasked', args: ['--otlp-endpoint', endpoint] });
    assert.equal((await command.exited).code, 2);
    assert.match(command.stderr, /--otlp-endpoint/);
    assert.ok(!command.stderr.includes('secret'));
  }
});
