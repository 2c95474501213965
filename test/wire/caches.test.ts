/** Django's caches, and redis-py beneath them and by itself, with a real Redis. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startRedis } from '../support/databases.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { ofKind, placeOf, traced } from '../support/traces.ts';

const SETTINGS = (socket: string) => `
SECRET_KEY, DEBUG, ALLOWED_HOSTS, ROOT_URLCONF = "x", True, ["*"], "urls"
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
REDIS = "django.core.cache.backends.redis.RedisCache"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {"BACKEND": REDIS, "LOCATION": "unix://${socket}?db=2"},
}
`;

const URLS = `
from django.core.cache import cache, caches
from django.http import HttpResponse
from django.urls import path

def operations(request):
    cache.delete("a")
    cache.get("a")
    cache.set("a", 1)
    cache.get("a")
    cache.get_or_set("b", lambda: 2)
    return HttpResponse(str(cache.get_many(["a", "b", "c"])))

def shared(request):
    caches["shared"].set("a", 1)
    return HttpResponse(str(caches["shared"].get("a")))

def session(request):
    request.session["seen"] = True
    return HttpResponse(request.session.session_key or "new")

urlpatterns = [path("operations", operations), path("shared", shared), path("session", session)]
`;

const WSGI = `
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
`;

async function serveDjango(t: TestContext): Promise<RunningServer> {
  const cwd = tempFolder(t);
  const settings = SETTINGS(await startRedis(t));
  writeFiles(cwd, { 'settings.py': settings, 'urls.py': URLS, 'wsgi.py': WSGI });
  return startServer(t, { app: 'wsgi', cwd, args: ['--workers', '2'] });
}

test('django: operations with keys and hits, with 2 workers and after a reload', async (t) => {
  const server = await serveDjango(t);
  for (const round of [1, 2, 3]) {
    if (round === 3) await (await server.stream()).command('reload', {});
    const { body, trace, ended } = await traced(server, '/operations');
    assert.equal(body, "{'a': 1, 'b': 2}");
    const told = ofKind(trace, 'cache').map(({ text, attributes: { keys, hits } }) =>
      keys === undefined ? text : `${text}: ${hits} of ${keys}`,
    );
    assert.deepEqual(told.slice(0, 4), ['delete a', 'get a: 0 of 1', 'set a', 'get a: 1 of 1']);
    assert.match(told[4] ?? '', /^get_or_set b: [01] of 1$/);
    assert.equal(told[5], 'get_many a, b, c: 2 of 3');
    const hits = 3 + Number(told[4]?.includes('1 of 1'));
    assert.deepEqual([ended.totals.cache?.count, ended.totals.cache?.hits], [6, hits]);
    const [first] = ofKind(trace, 'cache');
    assert.equal(placeOf(first?.site), 'urls.py:7');
    assert.equal(first?.attributes['db.system.name'], 'locmem');
    assert.equal(first?.attributes['db.namespace'], 'default');
  }
});

test('django: one operation is one span, though Redis is asked by a client beneath', async (t) => {
  const server = await serveDjango(t);
  const { body, trace } = await traced(server, '/shared');
  assert.equal(body, '1');
  assert.deepEqual(
    ofKind(trace, 'cache').map(({ text, attributes }) => [text, attributes['db.namespace']]),
    [
      ['set a', 'shared'],
      ['get a', 'shared'],
    ],
  );
});

test("django: a session's key, which is its cookie, is not told", async (t) => {
  const server = await serveDjango(t);
  const { trace } = await traced(server, '/session');
  const texts = ofKind(trace, 'cache').map(({ text }) => text);
  assert.ok(texts.length > 0);
  for (const text of texts) assert.match(text, /^\w+ django\.contrib\.sessions\.\[hidden]$/);
});

test('redis-py: commands, and a pipeline as one', async (t) => {
  const socket = await startRedis(t);
  const cwd = tempFolder(t);
  const app = `
import redis
client = redis.Redis(unix_socket_path="${socket}", db=3)

def application(environ, start_response):
    client.flushdb()
    client.set("a", "1")
    found = client.get("a"), client.get("b"), client.mget("a", "b")
    with client.pipeline() as pipeline:
        pipeline.set("c", 1)
        pipeline.incr("c")
        found += (pipeline.execute(),)
    try:
        client.incr("a", "x")
    except redis.ResponseError:
        pass
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(found).encode()]
`;
  writeFiles(cwd, { 'wsgi.py': app });
  const server = await startServer(t, { app: 'wsgi', cwd, args: ['--workers', '2'] });
  const { body, trace } = await traced(server, '/');
  assert.equal(body, "(b'1', None, [b'1', None], [True, 2])");
  const spans = ofKind(trace, 'cache');
  assert.deepEqual(
    spans.map(({ text }) => text),
    ['flushdb', 'set a', 'get a', 'get b', 'mget a', 'pipeline of 2', 'incrby a'],
  );
  assert.deepEqual(
    spans.map(({ attributes }) => attributes.hits),
    [undefined, undefined, 1, 0, 1, undefined, undefined],
  );
  assert.equal(spans[5]?.attributes['db.operation.batch.size'], 2);
  assert.equal(spans[2]?.attributes['db.namespace'], '3');
  assert.equal(spans[6]?.['error.type'], 'ResponseError');
});
