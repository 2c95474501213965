/** What the stream tells of requests, logs and exceptions, and whom it lets in. */

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { APPS } from '../support/apps.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

for (const [framework, make] of Object.entries(APPS)) {
  test(`${framework}: a request with its phases, lines and exceptions`, async (t) => {
    const server = await startServer(t, await make(t));
    const stream = await server.stream();
    await send(`${server.url}/chatter?who=me`);
    const ended = await stream.event('request.ended', (event) => event['url.path'] === '/chatter');
    assert.equal(ended['http.request.method'], 'GET');
    assert.equal(ended['url.query'], 'who=me');
    assert.equal(ended['http.response.status_code'], 200);
    assert.equal(ended['http.response.body.size'], 'said'.length);
    assert.equal(ended.client_gone, false);
    assert.equal(ended.generation, 1);
    const sum = Object.values(ended.phases).reduce<number>((all, phase) => all + (phase ?? 0), 0);
    assert.ok(Math.abs(sum - ended.duration) <= 5, `phases: ${sum} µs of ${ended.duration} µs`);

    const { logs, exceptions } = await stream.command('request', { request: ended.request });
    const bodies = logs.map(({ source, body }) => `${source}: ${body}`);
    assert.ok(bodies.includes('stdout: printed'), bodies.join('; '));
    assert.ok(bodies.includes('logging: logged'), bodies.join('; '));
    assert.deepEqual(
      exceptions.map((exception) => [exception.kind, exception['exception.type']]),
      [['logged', 'ValueError']],
    );
    const warning = logs.find(({ body }) => body === 'logged');
    assert.equal(warning?.severity_number, 13);
    assert.equal(warning?.logger, 'fixture');
  });

  test(`${framework}: an exception that nobody catches`, async (t) => {
    const server = await startServer(t, await make(t));
    const stream = await server.stream();
    await send(`${server.url}/error`);
    const exception = await stream.event(
      'exception',
      (event) => event['exception.message'] === 'broken on purpose',
    );
    assert.equal(exception['exception.type'], 'ValueError');
    const innermost = exception.frames.at(-1);
    assert.equal(innermost?.['code.function.name'], 'error');
    assert.equal(innermost?.source, 'raise ValueError("broken on purpose")');
    assert.equal(innermost?.own, true);
    const ended = await stream.event('request.ended', (event) => event['url.path'] === '/error');
    assert.equal(ended.request, exception.request);
    assert.equal(ended['http.response.status_code'], 500);
  });
}

test('a slow request is told while it runs', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const slow = send(`${server.url}/slow?seconds=1`);
  const started = await stream.event('request.started', (event) => event['url.path'] === '/slow');
  await slow;
  const ended = await stream.event('request.ended', (event) => event.request === started.request);
  assert.ok(ended.sequence > started.sequence);
  assert.ok(ended.duration >= 1_000_000);
});

test('a worker that is replaced tells of its last requests before it goes', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  for (let number = 0; number < 5; number += 1) {
    await send(`${server.url}/slow?seconds=0.1&number=${number}`);
    await stream.command('reload', {});
    const ended = await stream.event('request.ended', (event) =>
      event['url.query'].endsWith(`number=${number}`),
    );
    assert.equal(ended['http.response.status_code'], 200);
  }
});

test('what happens is told without gaps, and `after` gives only what is newer', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const { newest } = await stream.event('hello');
  for (let number = 0; number < 5; number += 1) await send(server.url);
  const requests = () => stream.events.filter(({ type }) => type === 'request.ended');
  await waitFor('five requests', () => requests().length === 5);

  // Of what was before, only the last state of each worker is kept; from then on all is told.
  const told = sequencesOf(stream.events).filter((sequence) => sequence > newest);
  assert.deepEqual(
    told,
    Array.from(told, (_, index) => newest + 1 + index),
  );
  assert.deepEqual(await toldAfter(t, server, told.at(-3) ?? 0), told.slice(-2));
});

const sequencesOf = (events: readonly object[]): number[] =>
  events.flatMap((event) => ('sequence' in event ? Number(event.sequence) : []));

/** The sequence numbers of the first two events that a client gets that knows all up to `after`. */
async function toldAfter(
  t: { after(undo: () => void): void },
  { info }: RunningServer,
  after: number,
): Promise<number[]> {
  const socket = new WebSocket(`${info.stream}&after=${after}`);
  t.after(() => socket.terminate());
  const told: number[] = [];
  socket.on('message', (data) => told.push(...sequencesOf(JSON.parse(String(data)))));
  await waitFor('two events', () => told.length >= 2);
  return told.slice(0, 2);
}

test('what a command has brought about is told before its answer', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const stream = await server.stream();
  const { generation } = await stream.command('reload', {});
  const phases = stream.events.flatMap((event) =>
    event.type === 'reload' && event.generation === generation ? [event.phase] : [],
  );
  assert.deepEqual(phases, ['started', 'ready']);
});

test('who may connect', async (t) => {
  const server = await startServer(t, await APPS.bare(t));
  const { info } = server;
  const good = new URL(info.stream ?? '');
  const panel = new URL(info.panel ?? '');

  await t.test('the info file is for its owner only', () => {
    assert.equal(statSync(server.infoFile).mode & 0o777, 0o600);
  });

  await t.test('with the token and no Origin, or the panel’s', async () => {
    assert.equal(await upgrade(good), 101);
    assert.equal(await upgrade(good, { origin: panel.origin }), 101);
  });

  const without = new URL(good);
  without.searchParams.delete('token');
  const wrong = new URL(good);
  wrong.searchParams.set('token', 'x'.repeat((good.searchParams.get('token') ?? '').length));
  const refused: Array<[string, URL, Record<string, string>]> = [
    ['without the token', without, {}],
    ['with a wrong token', wrong, {}],
    ['with a foreign Origin', good, { origin: 'http://evil.example' }],
    ['with the origin of another port', good, { origin: 'http://127.0.0.1:1' }],
    ['with Origin null', good, { origin: 'null' }],
    ['with a foreign Host', good, { host: 'evil.example' }],
    [
      'with a foreign Host and its Origin',
      good,
      { host: 'evil.example', origin: 'http://evil.example' },
    ],
  ];
  for (const [how, url, headers] of refused) {
    await t.test(`not ${how}`, async () => {
      const status = await upgrade(url, headers);
      assert.ok(status >= 400 && status < 500, `answered ${status}`);
    });
  }

  await t.test('the panel page has a strict policy, and gives away no other file', async () => {
    const page = await send(panel);
    assert.equal(page.status, 200);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    for (const path of ['/../server.js', '/%2e%2e/server.js', '/..%2fserver.js', '/nothing']) {
      assert.equal((await send(`${panel.origin}${path}`)).status, 404, path);
    }
  });

  await t.test('the panel page is not for a foreign Host', async () => {
    const { status } = await send(panel, { headers: { host: 'evil.example' } });
    assert.ok(status >= 400 && status < 500, `answered ${status}`);
  });
});

/** The status of the answer to an upgrade: 101 when it is let in. */
function upgrade(url: URL, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}
