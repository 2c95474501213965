/**
 * A request is sent once more, and all that was hidden in it reaches the app as it was: session, credentials,
 * form. In the other worker, after a reload, edited. None of it leaves a worker in clear.
 */

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RequestEnded } from '../../server/stream/protocol.ts';
import { copyOfApp, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { fixtureApps } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';

const TARGET = '/account?access_token=plantedQuery1&page=%C3%BC';
const PLANTED = /planted[A-Z]\w+/;

interface Seen {
  pid: number;
  form: Record<string, string>;
  [key: string]: unknown;
}

function seenIn(cwd: string): Seen[] {
  const lines = readFileSync(join(cwd, 'seen'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Seen);
}

/** What a request brought, but for what its connection and its worker are. */
function lasting({ pid: _, HTTP_CONNECTION: __, HTTP_TRACEPARENT: ___, ...rest }: Seen) {
  return rest;
}

/** Logs in, and sends the form of a member with all kinds of secrets. */
async function sendForm(server: RunningServer): Promise<void> {
  const type = 'application/x-www-form-urlencoded';
  const form = { method: 'POST', headers: { 'Content-Type': type } };
  const login = await send(`${server.url}/login`, { ...form, body: 'name=ann' });
  const cookies = (login.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
  const csrf = /csrftoken=(\w+)/.exec(cookies.join()) ?? [];
  const body = new URLSearchParams({
    name: 'Ann Ü',
    password: 'plantedPassword1',
    csrfmiddlewaretoken: csrf[1] ?? '',
  });
  const headers = {
    ...form.headers,
    Authorization: 'Bearer plantedBearer1',
    Cookie: cookies.join('; '),
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  };
  const answer = await send(`${server.url}${TARGET}`, { ...form, headers, body: String(body) });
  assert.equal(answer.status, 200);
}

for (const framework of ['flask', 'django', 'bottle', 'bare']) {
  test(`${framework}: a member's form arrives once more as it was`, async (t) => {
    const cwd = copyOfApp(t, 'members');
    copyFileSync(join(fixtureApps, 'secrets/wiretap.py'), join(cwd, 'wiretap.py'));
    const app = `wsgi_${framework}:application`;
    const server = await startServer(t, { cwd, app, args: ['--workers', '2'] });
    const stream = await server.stream();
    await sendForm(server);
    const first = await stream.event('request.ended', (event) => event['url.path'] === '/account');

    const replay = async (worker: number | null, edit = {}): Promise<RequestEnded> => {
      const { request } = await stream.command('replay', { request: first.request, worker, edit });
      const again = await stream.event('request.ended', (event) => event.request === request);
      assert.equal(again['http.response.status_code'], 200);
      assert.equal(again.replay_of, first.request);
      assert.equal(again['client.address'], first['client.address']);
      assert.notEqual(again.trace_id, first.trace_id);
      return again;
    };

    const other = await replay(3 - first.worker);
    assert.equal(other.worker, 3 - first.worker);
    writeFiles(cwd, { 'message.py': 'TEXT = "version 2"\n' });
    await stream.command('saved', { files: [join(cwd, 'message.py')] });
    assert.equal((await replay(null)).generation, 2);

    const [original, ...replayed] = seenIn(cwd);
    assert.ok(original);
    assert.deepEqual(
      [original.HTTP_AUTHORIZATION, original.form.password, original.RAW_URI, original.user],
      ['Bearer plantedBearer1', 'plantedPassword1', TARGET, 'ann'],
    );
    assert.deepEqual(replayed.map(lasting), [lasting(original), lasting(original)]);
    assert.equal(replayed[0]?.pid, other['process.pid']);
    assert.deepEqual([replayed[0]?.HTTP_TRACEPARENT, replayed[0]?.HTTP_CONNECTION], [null, null]);

    const { trace } = await stream.command('request', { request: first.request });
    const body = trace?.request_body?.text ?? '';
    assert.match(body, /password=\[hidden\]/);
    await replay(1, { body: body.replace('Ann', 'Berta'), target: '/account?page=2' });
    const edited = seenIn(cwd).at(-1);
    assert.deepEqual(
      [edited?.form.name, edited?.form.password, edited?.RAW_URI, edited?.user],
      ['Berta Ü', 'plantedPassword1', '/account?page=2', 'ann'],
    );

    assert.doesNotMatch(JSON.stringify([stream.events, trace]), PLANTED);
    const wires = readdirSync(cwd).filter((name) => name.startsWith('wire-'));
    const told = wires.map((name) => readFileSync(join(cwd, name), 'utf8')).join();
    assert.match(told, /"sealed":"/);
    assert.doesNotMatch(told, PLANTED);
    assert.doesNotMatch(JSON.stringify(trace), /sealed/);
  });
}
