/** Headers and bodies of real requests, as whoever opens one sees them, in two workers and after a reload. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Trace } from '../../server/stream/trace.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { type HttpRequest, send } from '../support/http.ts';
import { startServer } from '../support/server.ts';

const APP = `
import gzip, os

def application(environ, start_response):
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Set-Cookie", "sid=planted; Path=/")]
    if path == "/gzip":
        headers.append(("Content-Encoding", "gzip"))
        body = gzip.compress("packed ü".encode())
    start_response("200 OK", headers)
    if path == "/pieces":
        return (piece for piece in (b"one ", b"two ", b"x" * 100_000))
    if path == "/file":
        return environ["wsgi.file_wrapper"](open(__file__, "rb"))
    return [body]
`;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const CASES: Record<string, { request: HttpRequest; check: (trace: Trace) => void }> = {
  '/echo': {
    request: { method: 'POST', headers: JSON_TYPE, body: '{"a": 1, "password": "planted"}' },
    check: ({ request_headers, request_body, response_headers, response_body }) => {
      assert.ok(request_headers.some(([name]) => name === 'Host'));
      assert.equal(request_body?.text, '{"a": 1, "password": "[hidden]"}');
      assert.equal(request_body?.redacted, true);
      assert.deepEqual(response_headers.slice(1, 2), [['Set-Cookie', 'sid=[hidden]; Path=/']]);
      assert.equal(response_body?.text, '{"a": 1, "password": "[hidden]"}');
    },
  },
  '/chunked': {
    request: {
      method: 'POST',
      headers: { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' },
      body: '[1]',
    },
    check: ({ request_body }) => assert.equal(request_body?.text, '[1]'),
  },
  '/large': {
    request: {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: 'y'.repeat(200_000),
    },
    check: ({ request_body, response_body }) => {
      for (const body of [request_body, response_body]) {
        assert.deepEqual([body?.size, body?.cut], [200_000, 200_000 - 65_536]);
        assert.equal(body?.text, 'y'.repeat(65_536));
      }
    },
  },
  '/expected': {
    request: {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Expect: '100-continue' },
      body: 'continued',
    },
    check: ({ request_body }) => assert.equal(request_body?.text, 'continued'),
  },
  '/packed': {
    request: {
      method: 'POST',
      headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
      body: gzipSync('{"b": 2}'),
    },
    check: ({ request_body }) => assert.equal(request_body?.text, '{"b": 2}'),
  },
  '/gzip': {
    request: {},
    check: ({ request_body, response_body }) => {
      assert.equal(request_body, null);
      assert.equal(response_body?.text, 'packed ü');
    },
  },
  '/pieces': {
    request: {},
    check: ({ response_body }) => {
      assert.match(response_body?.text ?? '', /^one two x+$/);
      assert.deepEqual([response_body?.text?.length, response_body?.size], [65_536, 100_008]);
    },
  },
  '/file': {
    request: {},
    check: ({ response_body }) => {
      assert.equal(response_body?.text, null);
      assert.equal(response_body?.cut, response_body?.size);
    },
  },
  '/head': {
    request: { method: 'HEAD' },
    check: ({ response_body, response_headers }) => {
      assert.equal(response_body, null);
      assert.ok(response_headers.length > 1);
    },
  },
};

test('headers and bodies', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': APP });
  const server = await startServer(t, { cwd, app: 'wsgi', args: ['--workers', '2'] });
  const stream = await server.stream();
  for (const round of [1, 2]) {
    for (const [path, { request, check }] of Object.entries(CASES)) {
      const query = `round=${round}`;
      await send(`${server.url}${path}?${query}`, request);
      const ended = await stream.event(
        'request.ended',
        (event) => event['url.path'] === path && event['url.query'] === query,
      );
      const { trace } = await stream.command('request', { request: ended.request });
      assert.ok(trace, path);
      check(trace);
      assert.ok(!JSON.stringify(trace).includes('planted'), path);
    }
    if (round === 1) await stream.command('reload', {});
  }
});
