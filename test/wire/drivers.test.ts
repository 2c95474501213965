/** What drivers can do besides the ordinary: the same with capture and without, and each query told. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startMariaDb, startPostgres } from '../support/databases.ts';
import { copyOfApp } from '../support/folders.ts';
import { startServer } from '../support/server.ts';

test('sqlite3', async (t) => {
  const texts = await alike(t, '/sqlite3');
  assert.ok(texts.includes('SELECT 2 -- ours'), 'what a cursor of the user passes on');
});

test('PostgreSQL', async (t) => {
  const host = await startPostgres(t);
  const at = `host=${host}&user=postgres&dbname=postgres`;
  await t.test('psycopg2', async (t) => {
    const texts = await alike(t, `/psycopg2?${at}`);
    assert.ok(texts.includes(`SELECT "a" FROM "t" WHERE a > %s AND b <> '…'`), texts.join('\n'));
    assert.ok(texts.includes('INSERT INTO t VALUES %s RETURNING a'));
  });
  await t.test('psycopg 3', async (t) => {
    const texts = await alike(t, `/psycopg?${at}`);
    assert.ok(texts.includes(`SELECT "a" FROM "t" WHERE a > %(a)s AND b <> '…'`));
  });
});

test('MariaDB', async (t) => {
  const socket = await startMariaDb(t);
  const at = `unix_socket=${socket}&user=root&database=test`;
  for (const name of ['pymysql', 'mysqldb']) {
    await t.test(name, async (t) => {
      await alike(t, `/${name}?${at}`);
    });
  }
});

/** The statements that were told of. */
async function alike(t: TestContext, path: string): Promise<string[]> {
  const cwd = copyOfApp(t, 'shop');
  const app = { app: 'quirks:application', cwd };
  const [captured, plain] = await Promise.all([
    startServer(t, app),
    startServer(t, { ...app, args: ['--no-capture'] }),
  ]);
  const answerOf = async (url: string) => {
    const response = await fetch(url + path);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    return body;
  };
  assert.equal(await answerOf(captured.url), await answerOf(plain.url));
  const stream = await captured.stream();
  const { request } = await stream.event('request.ended');
  const { trace } = await stream.command('request', { request });
  const hooks = stream.events.flatMap((event) =>
    event.type === 'capture' ? Object.entries(event.hooks) : [],
  );
  const broken = hooks.filter(([, state]) => state !== 'on');
  assert.ok(hooks.length > 0);
  assert.deepEqual(broken, []);
  return trace?.spans.map(({ text }) => text) ?? [];
}
