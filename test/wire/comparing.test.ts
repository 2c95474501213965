/** A route before and after an edit, on each framework: what is compared, and what lines are told of. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LineResult, RequestEnded } from '../../server/stream/protocol.ts';
import { copyOfApp, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import type { StreamClient } from '../support/stream.ts';

const SQLITE = { ENGINE: 'django.db.backends.sqlite3', NAME: 'orders.db' };

test('Flask', (t) => check(t, 'flasked', 'orders.jinja:3'));
test('Django', (t) => check(t, 'djangoed', 'orders.html:3'));
test('Bottle', (t) => check(t, 'bottled', 'orders.tpl:3'));

async function check(t: TestContext, app: string, template: string): Promise<void> {
  const cwd = copyOfApp(t, 'orders');
  const env = { ORDERS_DATABASE: JSON.stringify(SQLITE) };
  const server = await startServer(t, { cwd, app: `${app}:application`, env });
  const stream = await server.stream();
  await send(`${server.url}/prepare`, { method: 'POST' });
  const slow = await orders(server);
  assert.equal(slow.before, undefined);
  const files = [`${app}.py`, `templates/${template.split(':')[0]}`].map((file) => join(cwd, file));
  const lines = await told(stream, files);
  assert.ok(lines.includes(`n+1 ${template} 8`), lines.join('\n'));
  assert.equal(lines.filter(isRepeated).length, 2, 'the template and the code that it calls');
  assert.ok(lines.some((line) => line.startsWith(`view ${app}.py:`) && line.endsWith(' 8')));

  await edit(stream, cwd);
  const quick = await orders(server);
  assert.equal(quick.generation, 2);
  assert.deepEqual([quick.before?.request, quick.before?.generation], [slow.request, 1]);
  await checkComparison(stream, quick, slow);
  assert.deepEqual((await told(stream, files)).filter(isRepeated), []);
  const { routes } = await stream.command('routes', {});
  const route = routes.find((one) => one['http.route'] === slow['http.route']);
  assert.deepEqual([route?.count, route?.view], [2, `${app}.orders`]);
}

async function orders(server: RunningServer): Promise<RequestEnded> {
  const { headers } = await send(`${server.url}/orders/1`, { method: 'POST' });
  const id = headers['x-prefork-request'];
  return (await server.stream()).event('request.ended', ({ request }) => request === id);
}

/** One order is listed in place of eight. */
async function edit(stream: StreamClient, cwd: string): Promise<void> {
  const text = readFileSync(join(cwd, 'shop.py'), 'utf8');
  writeFiles(cwd, { 'shop.py': text.replace('return range(8)', 'return range(1)') });
  await stream.command('saved', { files: [join(cwd, 'shop.py')] });
}

async function checkComparison(
  stream: StreamClient,
  after: RequestEnded,
  before: RequestEnded,
): Promise<void> {
  const compared = await stream.command('compare', { after: after.request });
  assert.equal(compared.before.request, before.request);
  assert.match(compared.words.join('\n'), /^SQL 8 → 1 \(/m);
  assert.match(compared.words.join('\n'), /^gone: N\+1, 8 times from orders\.\w+:3$/m);
  const [first] = compared.spans;
  assert.equal(first?.text.startsWith('SELECT name FROM customer'), true);
  assert.deepEqual([first?.before.count, first?.after.count], [8, 1]);
  const body = compared.response.body ?? [];
  assert.ok(body.some((line) => 'change' in line && line.change === 'gone'));
  const other = await stream.command('compare', { after: before.request, before: after.request });
  assert.deepEqual([other.spans[0]?.before.count, other.spans[0]?.after.count], [1, 8]);
}

/** `n+1 orders.html:3 8` */
async function told(stream: StreamClient, files: string[]): Promise<string[]> {
  const { lines } = await stream.command('lines', { files });
  return lines.map(({ kind, place, count }: LineResult) => {
    const file = place['code.file.path'].split('/').at(-1);
    return `${kind} ${file}:${place['code.line.number']} ${count}`;
  });
}

const isRepeated = (line: string): boolean => line.startsWith('n+1');
