/** What answers tell their client of the request, and traces that go on from one server to another. */

import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type ServerOptions, startServer } from '../support/server.ts';

const APP = `
import sqlite3, sys, time, urllib.request

def application(environ, start_response):
    path = environ["PATH_INFO"]
    headers = [("Content-Type", "text/plain")]
    if path == "/own":
        headers.append(("Server-Timing", "mine;dur=1"))
    if path == "/queries":
        with sqlite3.connect(":memory:") as connection:
            for number in range(3):
                connection.execute("select ?", [number]).fetchall()
    if path == "/ask":
        with urllib.request.urlopen(environ["QUERY_STRING"]) as response:
            response.read()
    if path == "/hints":
        environ["wsgi.early_hints"]([("Link", "</a.css>; rel=preload")])
    if path == "/written":
        start_response("200 OK", headers)(b"written")
        return []
    start_response("304 Not Modified" if path == "/304" else "200 OK", headers)
    return (part for part in [b"str", b"eamed"]) if path == "/streamed" else [b"body"]
`;

const serve = (t: TestContext, options: Partial<ServerOptions> = {}) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': APP });
  return startServer(t, { app: 'wsgi', cwd, ...options });
};

test('answers carry the id of the request, and where its time went', async (t) => {
  const server = await serve(t);
  const stream = await server.stream();
  for (const path of ['/', '/queries', '/streamed', '/written', '/304']) {
    const { headers } = await send(`${server.url}${path}`);
    const request = String(headers['x-prefork-request']);
    const ended = await stream.event('request.ended', (event) => event.request === request);
    assert.equal(ended['url.path'], path);
    const timing = /^app;dur=(\d+\.\d)(, db;dur=\d+\.\d;desc="3 queries")?$/.exec(
      String(headers['server-timing']),
    );
    assert.ok(timing, `${headers['server-timing']}`);
    assert.equal(Boolean(timing[2]), path === '/queries');
    assert.ok(Number(timing[1]) * 1000 <= ended.duration + 50, 'no longer than it took in all');
  }
});

test("an app's own Server-Timing stays, and the rest of an answer is as without capture", async (t) => {
  const [on, off] = [await serve(t), await serve(t, { args: ['--no-capture'] })];
  for (const path of ['/', '/own', '/streamed', '/written', '/304']) {
    const [ours, plain] = [await send(`${on.url}${path}`), await send(`${off.url}${path}`)];
    assert.equal(ours.body, plain.body);
    const { 'server-timing': timing, 'x-prefork-request': _, date: __, ...kept } = ours.headers;
    const { 'server-timing': own, date: ___, ...expected } = plain.headers;
    assert.deepEqual(kept, expected);
    if (path === '/own') assert.match(String(timing), /^mine;dur=1, app;dur=/);
    else assert.equal(own, undefined);
  }
});

test('a 103 has none of it, and one setting leaves them out', async (t) => {
  const server = await serve(t);
  const hints: IncomingMessage['headers'][] = [];
  await new Promise((resolve) => {
    const asked = get(`${server.url}/hints`, resolve);
    asked.on('information', ({ headers }) => hints.push(headers));
  });
  assert.deepEqual(hints, [{ link: '</a.css>; rel=preload' }]);

  const plain = await serve(t, { args: ['--no-response-headers'] });
  const { headers } = await send(plain.url);
  assert.equal(headers['server-timing'] ?? headers['x-prefork-request'], undefined);
});

test('a trace that a client is in goes on, and on to another server of this machine', async (t) => {
  const [first, second] = [await serve(t), await serve(t)];
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, tracestate: 'a=1,b=2' };
  await send(`${first.url}/ask?${second.url}/asked`, { headers });
  const asking = await (await first.stream()).event('request.ended');
  const asked = await (await second.stream()).event('request.ended');
  assert.deepEqual([asking.trace_id, asking.parent_span_id], [trace, 'b7ad6b7169203331']);
  const { trace: kept } = await (await first.stream()).command('request', asking);
  assert.equal(kept?.tracestate, 'a=1,b=2');
  const [span] = kept?.spans ?? [];
  assert.deepEqual([asked.trace_id, asked.parent_span_id], [trace, span?.attributes.span_id]);
  assert.deepEqual([span?.kind, span?.text], ['http', `${second.url}/asked`]);
  assert.equal(span?.attributes['http.response.status_code'], 200);
  assert.match(span?.site?.['code.file.path'] ?? '', /wsgi\.py$/);
});

test('a malformed traceparent is ignored', async (t) => {
  const server = await serve(t);
  const stream = await server.stream();
  const wrong = [
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ];
  for (const [number, traceparent] of wrong.entries()) {
    await send(`${server.url}/?${number}`, { headers: { traceparent } });
    const ended = await stream.event(
      'request.ended',
      (event) => event['url.query'] === `${number}`,
    );
    assert.match(ended.trace_id, /^[0-9a-f]{32}$/);
    assert.equal(ended.parent_span_id, undefined, traceparent);
  }
});

test('the processor time of a request is told', async (t) => {
  const server = await serve(t);
  const stream = await server.stream();
  await send(server.url);
  const { cpu, duration } = await stream.event('request.ended');
  assert.ok(cpu !== null && cpu <= duration + 1000, `${cpu} µs of ${duration} µs`);
});
