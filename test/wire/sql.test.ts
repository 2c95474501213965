/**
 * SQL spans of real requests on every database and layer that is hooked: what is asserted is the same
 * for all. Two workers, before and after a reload.
 */

import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StreamEvent } from '../../server/stream/protocol.ts';
import type { Span } from '../../server/stream/trace.ts';
import { startMariaDb, startPostgres } from '../support/databases.ts';
import { copyOfApp } from '../support/folders.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

interface Shop {
  app: string;
  env?: Record<string, string>;
  /** What is told of it. */
  system: string;
  namespace: string;
  /** Its pages are in this file. */
  pages?: string;
}

const driver = (name: string, connect: object, mark = '%s') => ({
  app: 'bare:application',
  env: { SHOP_DRIVER: name, SHOP_CONNECT: JSON.stringify(connect), SHOP_MARK: mark },
});

const django = (engine: string, database: object) => ({
  app: 'djangoed:application',
  env: {
    SHOP_CONNECT: JSON.stringify({ ENGINE: `django.db.backends.${engine}`, ...database }),
    SHOP_MARK: '%s',
  },
  namespace: 'default',
});

const onSqlite = { system: 'sqlite', namespace: 'shop.db' };

test('Flask and SQLAlchemy', (t) =>
  sell(t, { app: 'alchemy:application', ...onSqlite, pages: 'alchemy.py' }));

test('Bottle and sqlite3', (t) => sell(t, { app: 'bottled:application', ...onSqlite }));

test('bare WSGI and sqlite3', (t) =>
  sell(t, { ...driver('sqlite3', { database: 'shop.db' }, '?'), ...onSqlite }));

test('Django and SQLite', (t) =>
  sell(t, { ...django('sqlite3', { NAME: 'shop.db' }), system: 'sqlite' }));

test('PostgreSQL', async (t) => {
  const host = await startPostgres(t);
  const named = { system: 'postgresql', namespace: 'postgres' };
  const connect = { host, user: 'postgres', dbname: 'postgres' };
  const database = { HOST: host, USER: 'postgres', NAME: 'postgres' };
  await t.test('Django', (t) =>
    sell(t, { ...django('postgresql', database), system: 'postgresql' }),
  );
  await t.test('psycopg2', (t) => sell(t, { ...driver('psycopg2', connect), ...named }));
  await t.test('psycopg 3', (t) => sell(t, { ...driver('psycopg', connect), ...named }));
});

test('MariaDB', async (t) => {
  const socket = await startMariaDb(t);
  const named = { system: 'mysql', namespace: 'test' };
  const connect = { unix_socket: socket, user: 'root', database: 'test' };
  await t.test('PyMySQL', (t) => sell(t, { ...driver('pymysql', connect), ...named }));
  await t.test('mysqlclient', (t) => sell(t, { ...driver('MySQLdb', connect), ...named }));
});

async function sell(t: TestContext, shop: Shop): Promise<void> {
  const cwd = copyOfApp(t, 'shop');
  const server = await startServer(t, { ...shop, cwd });
  await checkPages(server, shop);
  const earlier = await checkPlans(server);
  const saved = join(cwd, 'teas.py');
  appendFileSync(saved, '\n# saved\n');
  await (await server.stream()).command('saved', { files: [saved] });
  await checkPages(server, shop);
  await checkLatePlans(server, earlier);
}

async function checkPages(server: RunningServer, shop: Shop): Promise<void> {
  await queries(server, '/prepare', '"prepared"');
  await checkReading(server, shop);
  await checkEach(server);
  await checkWriting(server, shop);
  await checkError(server, shop);
}

async function checkReading(server: RunningServer, shop: Shop): Promise<void> {
  const answer = '[[3,"ceylon"],[4,"dilmah"],[5,"earl grey"],[6,"fennel"]]';
  const [query, ...others] = await queries(server, '/read', answer);
  assert.deepEqual(others, [], 'one query is one span');
  assert.ok(query);
  assert.equal(bare(query.text), 'SELECT id, name FROM tea WHERE id > ? ORDER BY id');
  const { 'db.system.name': system, 'db.namespace': namespace } = query.attributes;
  assert.deepEqual([system, namespace], [shop.system, shop.namespace]);
  assert.equal(query.attributes['db.response.returned_rows'], 4);
  assert.equal(query.attributes.parameters, '[2]');
  assert.equal(typeof query.attributes.fetch, 'number');
  assert.ok(query.duration >= (query.attributes.fetch ?? 0), 'fetching counts');
  assert.equal(query.site?.['code.function.name'], 'read');
  assert.ok(query.site['code.file.path'].endsWith(shop.pages ?? 'teas.py'));
}

/** Nothing is run, and nothing told that is hidden. */
async function checkPlans(server: RunningServer): Promise<Asked[]> {
  const read = await ask(server, '/read');
  assert.match(await plan(server, read, 'SELECT'), /tea/);
  const write = await ask(server, '/write');
  assert.doesNotMatch(await plan(server, write, 'UPDATE'), /hunter2/);
  assert.ok(await plan(server, write, 'DELETE'));
  const { body } = await ask(server, '/read');
  assert.equal(body, read.body, 'it was not run');
  const prepare = await ask(server, '/prepare');
  await assert.rejects(plan(server, prepare, 'DROP'), /Only SELECT/);
  return [read, write];
}

/** By the worker that stands in the place of the one that is gone. */
async function checkLatePlans(server: RunningServer, [read, write]: Asked[]): Promise<void> {
  assert.ok(read && write);
  const { events } = await server.stream();
  await waitFor('a request on the same slot', async () => {
    await Promise.all(
      Array.from({ length: 8 }, () =>
        fetch(`${server.url}/read`).then((response) => response.text()),
      ),
    );
    const hasAnswered = events.some(
      (event) =>
        event.type === 'request.ended' &&
        event.worker === read.worker &&
        event.generation > read.generation,
    );
    return hasAnswered && [read, write].every((asked) => isGone(events, asked));
  });
  assert.match(await plan(server, read, 'SELECT'), /tea/);
  await assert.rejects(plan(server, write, 'UPDATE'), /send the request again/);
}

/** Whether the worker that answered it has ended. */
const isGone = (events: readonly StreamEvent[], { worker, generation }: Asked): boolean =>
  events.some(
    (event) =>
      event.type === 'worker' &&
      event.state === 'exited' &&
      event.worker === worker &&
      event.generation === generation,
  );

async function plan(server: RunningServer, asked: Asked, word: string): Promise<string> {
  const stream = await server.stream();
  const span = asked.spans.findIndex(({ text }) => text.startsWith(word));
  const { columns, rows } = await stream.command('explain', { request: asked.request, span });
  assert.ok(columns.length > 0 && rows.length > 0);
  return rows.flat().join(' ');
}

async function checkEach(server: RunningServer): Promise<void> {
  const names = '["assam","bancha","ceylon","dilmah","earl grey","fennel"]';
  const [list, ...each] = await queries(server, '/each', names);
  assert.equal(list?.attributes['db.response.returned_rows'], 6);
  const texts = new Set(each.map(({ text }) => bare(text)));
  assert.deepEqual([each.length, ...texts], [6, 'SELECT name FROM tea WHERE id = ?']);
  assert.equal(new Set(each.map(({ site }) => site?.['code.line.number'])).size, 1);
  const digests = each.map(({ attributes }) => attributes.parameters_digest);
  assert.equal(new Set(digests).size, 6, 'their parameters differ');
}

async function checkWriting(server: RunningServer, shop: Shop): Promise<void> {
  const all = await queries(server, '/write', '[3,2]');
  const [update, insert, remove] = all.filter(({ text }) => text !== 'BEGIN');
  assert.ok(update && insert && remove);
  assert.deepEqual(
    [update, insert, remove].map(({ attributes }) => attributes['db.response.returned_rows']),
    [3, 2, 2],
  );
  assert.equal(update.attributes.parameters, '[[hidden], 4]', shop.app);
  assert.equal(insert.attributes['db.operation.batch.size'], 2);
  assert.equal(insert.attributes.parameters, "[7, 'g']");
  assert.equal(remove.attributes.parameters, undefined);
}

async function checkError(server: RunningServer, shop: Shop): Promise<void> {
  const [query, ...others] = await queries(server, '/broken');
  assert.deepEqual(others, []);
  assert.match(query?.['error.type'] ?? '', /Error|UndefinedTable/, shop.app);
}

/** Whatever its placeholders look like. */
const bare = (text: string): string => text.replaceAll(/%s|:\w+/g, '?');

/** The SQL spans of one request for this page, whose answer is checked. */
async function queries(server: RunningServer, path: string, answer?: string): Promise<Span[]> {
  const { body, spans } = await ask(server, path);
  if (answer !== undefined) assert.equal(body, answer);
  return spans.filter(({ kind }) => kind === 'sql');
}

interface Asked {
  request: string;
  worker: number;
  generation: number;
  /** JSON, without spaces between values. */
  body: string;
  spans: Span[];
}

async function ask(server: RunningServer, path: string): Promise<Asked> {
  const stream = await server.stream();
  const known = stream.events.length;
  const response = await fetch(server.url + path);
  const body = await response.text();
  assert.equal(response.status, 200, body);
  const ended = await stream.event(
    'request.ended',
    (event) => event['url.path'] === path && stream.events.indexOf(event) >= known,
  );
  const { trace } = await stream.command('request', { request: ended.request });
  const spans = trace?.spans ?? [];
  const queries = spans.filter(({ kind }) => kind === 'sql');
  assert.equal(ended.totals.sql?.count, queries.length);
  const { request, worker, generation } = ended;
  return { request, worker, generation, spans, body: body.replaceAll(/\s(?=[[\d"])/g, '').trim() };
}
