/** Requests that an app sends, by itself or from its threads: each is a span, until its body is read. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { projectsVenv } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { ofKind, placeOf, traced } from '../support/traces.ts';

interface Peer {
  url: string;
  /** The `traceparent` of each request so far. */
  traceparents: (string | undefined)[];
}

/** Answers `/moved` with a redirect, `/nowhere` with a 404, all else with `hello`. */
async function startPeer(t: TestContext): Promise<Peer> {
  const traceparents: Peer['traceparents'] = [];
  const server = createServer(({ url, headers }, response) => {
    traceparents.push(headers['traceparent'] as string | undefined);
    if (url === '/moved') response.writeHead(302, { location: '/there' }).end();
    else response.writeHead(url === '/nowhere' ? 404 : 200).end('hello');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, traceparents };
}

async function serve(t: TestContext, peer: Peer, view: string): Promise<RunningServer> {
  const cwd = tempFolder(t);
  const body = view.trim().replaceAll('\n', '\n    ');
  const app = `
import concurrent.futures, threading, urllib.error, urllib.request
URL = "${peer.url}"

def ask(path):
    with urllib.request.urlopen(URL + path) as response:
        return response.read()

def view():
    ${body}

def application(environ, start_response):
    answer = view()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer]
`;
  writeFiles(cwd, { 'wsgi.py': app });
  return startServer(t, { app: 'wsgi', cwd, args: ['--workers', '2'] });
}

/** `GET /path 200` of each, in the order in which they began. */
const told = ({ trace }: Awaited<ReturnType<typeof traced>>, { url }: Peer): string[] =>
  ofKind(trace, 'http').map(({ text, attributes, ...span }) => {
    const result = attributes['http.response.status_code'] ?? span['error.type'];
    return `${attributes['http.request.method']} ${text.replace(url, '')} ${result}`;
  });

const LIBRARIES: Record<string, string> = {
  urllib: `
try:
    ask("/nowhere")
except urllib.error.HTTPError as error:
    error.read()
return ask("/moved")`,
  requests: `
import requests
with requests.Session() as session:
    session.get(URL + "/nowhere")
    return session.get(URL + "/moved").content`,
  httpx: `
import httpx
with httpx.Client(follow_redirects=True) as client:
    client.get(URL + "/nowhere")
    return client.get(URL + "/moved").content`,
};

for (const [library, view] of Object.entries(LIBRARIES)) {
  test(`${library}: each answer is a span, with 2 workers and after a reload`, async (t) => {
    const peer = await startPeer(t);
    const server = await serve(t, peer, view);
    for (const round of [1, 2, 3]) {
      if (round === 3) await (await server.stream()).command('reload', {});
      const page = await traced(server, '/');
      assert.equal(page.body, 'hello');
      assert.deepEqual(told(page, peer), ['GET /nowhere 404', 'GET /moved 302', 'GET /there 200']);
      assert.equal(page.ended.totals.http?.count, 3);
      const { trace_id, request } = page.ended;
      const spans = ofKind(page.trace, 'http');
      const ids = spans.map(({ attributes }) => attributes.span_id);
      assert.equal(new Set([request, ...ids]).size, 4, 'each span has an id of its own');
      assert.deepEqual(
        peer.traceparents.slice(-3),
        ids.map((id) => `00-${trace_id}-${id}-01`),
      );
      for (const { site } of spans) assert.match(placeOf(site), /^wsgi\.py:/);
    }
  });
}

test('a server that is not there', async (t) => {
  const peer = await startPeer(t);
  const server = await serve(
    t,
    peer,
    `
try:
    urllib.request.urlopen("http://127.0.0.1:1/none")
except urllib.error.URLError as error:
    return str(error.reason).encode()`,
  );
  const page = await traced(server, '/');
  assert.match(page.body, /refused/);
  assert.deepEqual(told(page, peer), ['GET http://127.0.0.1:1/none ConnectionRefusedError']);
});

test('what threads and pools ask belongs to the request that handed it to them', async (t) => {
  const peer = await startPeer(t);
  const view = `
thread = threading.Thread(target=ask, args=["/thread"])
thread.start()
thread.join()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    list(pool.map(ask, ["/pool", "/pool"]))
return b"done"`;
  const page = await traced(await serve(t, peer, view), '/');
  assert.deepEqual(told(page, peer), ['GET /thread 200', 'GET /pool 200', 'GET /pool 200']);
});

test('gevent: so does what greenlets ask, and each request has its own', async (t) => {
  const peer = await startPeer(t);
  const cwd = tempFolder(t);
  const app = `
from gevent import monkey
monkey.patch_all()
import threading, urllib.request

def ask(path):
    with urllib.request.urlopen("${peer.url}" + path) as response:
        return response.read()

def application(environ, start_response):
    threads = [threading.Thread(target=ask, args=[f"/{n}"]) for n in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]
`;
  writeFiles(cwd, { 'wsgi.py': app });
  const server = await startServer(t, { app: 'wsgi', cwd, python: `${projectsVenv}/bin/python` });
  for (const _ of [1, 2, 3]) {
    const page = await traced(server, '/');
    assert.equal(page.body, 'done');
    assert.deepEqual(told(page, peer).sort(), ['GET /0 200', 'GET /1 200', 'GET /2 200']);
  }
});
