/**
 * All that capture tells of a request, on each framework and database that is promised: two workers,
 * before and after a reload.
 */

import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ExceptionEvent, LogEvent, RequestEnded } from '../../server/stream/protocol.ts';
import type { Trace } from '../../server/stream/trace.ts';
import { startPostgres } from '../support/databases.ts';
import { copyOfApp } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';

interface Case {
  app: 'flasked' | 'djangoed' | 'bottled' | 'bare';
  env?: Record<string, string>;
  framework: RequestEnded['framework'];
  route: string | null;
  /** Where the N+1 comes from: its file and line. */
  template: [name: string, line: number] | null;
}

const onDjango = (database: object): Case => ({
  app: 'djangoed',
  env: { ORDERS_DATABASE: JSON.stringify(database) },
  framework: 'django',
  route: '/orders/<page>',
  template: ['orders.html', 3],
});

test('Flask, SQLAlchemy and Jinja2', (t) =>
  check(t, {
    app: 'flasked',
    framework: 'flask',
    route: '/orders/<page>',
    template: ['orders.jinja', 3],
  }));

test('Django and SQLite', (t) =>
  check(t, onDjango({ ENGINE: 'django.db.backends.sqlite3', NAME: 'orders.db' })));

test('Django and PostgreSQL', async (t) => {
  const named = { HOST: await startPostgres(t), USER: 'postgres', NAME: 'postgres' };
  await check(t, onDjango({ ENGINE: 'django.db.backends.postgresql', ...named }));
});

test('Bottle, sqlite3 and its own templates', (t) =>
  check(t, {
    app: 'bottled',
    framework: 'bottle',
    route: '/orders/<page>',
    template: ['orders.tpl', 3],
  }));

test('bare WSGI and sqlite3', (t) =>
  check(t, { app: 'bare', framework: null, route: null, template: null }));

async function check(t: TestContext, wanted: Case): Promise<void> {
  const cwd = copyOfApp(t, 'orders');
  const env = wanted.env ?? {};
  const server = await startServer(t, { cwd, app: `${wanted.app}:application`, env });
  await send(`${server.url}/prepare`, { method: 'POST' });
  await checkOrders(server, wanted, 1);
  await checkFailure(server, wanted, 1);
  const saved = join(cwd, 'shop.py');
  appendFileSync(saved, '\n# saved\n');
  await (await server.stream()).command('saved', { files: [saved] });
  await checkOrders(server, wanted, 2);
  await checkFailure(server, wanted, 2);
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

async function checkOrders(server: RunningServer, wanted: Case, round: number): Promise<void> {
  const path = `/orders/${round}`;
  const answer = await send(server.url + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: 'session=hunter2',
      traceparent: `00-${TRACE}-${PARENT}-01`,
    },
    body: 'card=4111&password=hunter2',
  });
  assert.equal(answer.status, 200, answer.body);
  const { ended, logs, trace } = await opened(server, path);
  assert.equal(answer.headers['x-prefork-request'], ended.request);
  assert.match(String(answer.headers['server-timing']), /app;dur=[\d.]+.*db;dur=[\d.]+;desc="8 q/);
  checkSummary(ended, wanted, round);
  checkLogs(logs);
  checkTrace(trace, wanted);
  assert.doesNotMatch(JSON.stringify({ ended, logs, trace }), /hunter2/);
}

function checkSummary(ended: RequestEnded, wanted: Case, round: number): void {
  const { framework, generation, trace_id, parent_span_id } = ended;
  assert.deepEqual(
    { framework, generation, trace_id, parent_span_id, route: ended['http.route'] },
    {
      framework: wanted.framework,
      generation: round,
      trace_id: TRACE,
      parent_span_id: PARENT,
      route: wanted.route,
    },
  );
  assert.equal(ended.view, wanted.framework && `${wanted.app}.orders`);
  const phases = Object.values(ended.phases);
  assert.equal(
    phases.reduce<number>((sum, phase) => sum + (phase ?? 0), 0),
    ended.duration,
    'the phases sum to the whole',
  );
  assert.ok((ended.cpu ?? 0) > 0);
  assert.deepEqual([ended['http.request.body.size'], ended.logs], [26, 2]);
  assert.equal(ended.totals.sql?.count, 8);
  assert.equal(ended.totals.http?.count, 1);
  assert.deepEqual(ended.findings, ['n+1']);
}

function checkLogs(logs: LogEvent[]): void {
  const told = logs.map(({ source, body, ...log }) => [
    source,
    body,
    log['code.file.path']?.split('/').at(-1),
    typeof log['code.line.number'],
  ]);
  assert.deepEqual(told, [
    ['logging', 'listing orders, token=[hidden]', 'shop.py', 'number'],
    ['stdout', 'printed', 'shop.py', 'number'],
  ]);
}

function checkTrace(trace: Trace, { framework, template }: Case): void {
  const kinds = (kind: string) => trace.spans.filter((span) => span.kind === kind);
  const [query] = kinds('sql');
  assert.match(query?.text ?? '', /^SELECT name FROM customer WHERE id = /);
  assert.equal(query?.attributes['db.response.returned_rows'], 1);
  assert.match(query?.site?.['code.file.path'] ?? '', /\/(flasked|djangoed|bottled|bare)\.py$/);
  const place = query?.attributes.template;
  const told = place && [place['code.file.path'].split('/').at(-1), place['code.line.number']];
  assert.deepEqual(told ?? null, template);
  assert.deepEqual(
    trace.findings.map(({ kind, count }) => [kind, count]),
    [['n+1', 8]],
  );
  const [asked] = kinds('http');
  assert.match(asked?.text ?? '', /\/plain\?api_key=\[hidden\]$/);
  assert.equal(asked?.attributes['http.response.status_code'], 200);
  assert.equal(kinds('view').length, framework ? 1 : 0);
  assert.equal(kinds('template').length > 0, template !== null);
  assert.equal(kinds('cache').length, framework === 'django' ? 1 : 0);
  assert.equal(kinds('middleware').length, framework === 'django' ? 1 : 0);
  const cookie = trace.request_headers.find(([name]) => name === 'Cookie');
  assert.deepEqual(cookie, ['Cookie', 'session=[hidden]']);
  assert.equal(trace.request_body?.text, 'card=4111&password=[hidden]');
  assert.match(trace.response_body?.text ?? '', /customer 7/);
}

async function checkFailure(server: RunningServer, wanted: Case, round: number): Promise<void> {
  await send(`${server.url}/fail?round=${round}`);
  const { ended, exceptions } = await opened(server, '/fail', `round=${round}`);
  assert.equal(ended['http.response.status_code'], 500);
  const [failure, ...others] = exceptions;
  assert.deepEqual(others, [], 'told once');
  assert.ok(failure);
  assert.equal(failure.kind, wanted.framework ? 'answered' : 'uncaught');
  assert.equal(failure['exception.message'], 'cannot pay');
  checkFrames(failure);
}

function checkFrames({ frames, related }: ExceptionEvent): void {
  const innermost = frames.at(-1);
  assert.ok(innermost?.own && innermost['code.file.path'].endsWith('/shop.py'));
  assert.equal(innermost.source, 'raise ValueError("cannot pay") from error');
  const password = innermost.locals?.find(({ name }) => name === 'password');
  assert.deepEqual([password?.value, password?.flag], ['[hidden]', 'redacted']);
  const causes = related?.map((one) => [one.relation, one['exception.type']]);
  assert.deepEqual(causes, [['cause', 'KeyError']]);
}

interface Opened {
  ended: RequestEnded;
  logs: LogEvent[];
  exceptions: ExceptionEvent[];
  trace: Trace;
}

/** A request that has ended, as whoever opens it sees it. */
async function opened(server: RunningServer, path: string, query = ''): Promise<Opened> {
  const stream = await server.stream();
  const ended = await stream.event(
    'request.ended',
    (event) => event['url.path'] === path && event['url.query'] === query,
  );
  const { logs, exceptions, trace } = await stream.command('request', { request: ended.request });
  assert.ok(trace, path);
  return { ended, logs, exceptions, trace };
}
