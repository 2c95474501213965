/** Two servers of one user that call each other: asked of either, their requests are one trace. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ServiceRequests } from '../../server/stream/commands.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { ofKind } from '../support/traces.ts';
import { waitFor } from '../support/wait.ts';

const ASK = `
def ask(url, library):
    if library == "requests":
        import requests
        return requests.get(url).text
    if library == "httpx":
        import httpx
        return httpx.get(url, trust_env=False).text
    import urllib.request
    with urllib.request.urlopen(url) as response:
        return response.read().decode()
`;

const FLASK = `
from asking import ask
from flask import Flask, request

app = Flask(__name__)

@app.get("/")
def index():
    return ask(request.args["url"], request.args["library"]) if "url" in request.args else "flask"
`;

const DJANGO = `
from asking import ask
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="not one")

def index(request):
    asked = request.GET
    return HttpResponse(ask(asked["url"], asked["library"]) if "url" in asked else "django")

urlpatterns = [path("", index)]
application = get_wsgi_application()
`;

const BOTTLE = `
import bottle
from asking import ask

application = bottle.Bottle()

@application.get("/")
def index():
    asked = bottle.request.query
    return ask(asked.url, asked.library) if asked.url else "bottle"
`;

const APPS = { flask: [FLASK, 'wsgi:app'], django: [DJANGO, 'wsgi'], bottle: [BOTTLE, 'wsgi'] };
type Name = keyof typeof APPS;

/** With 2 workers; `runtime` stands for the user's runtime folder, in which they find each other. */
function serve(t: TestContext, name: Name, runtime: string): Promise<RunningServer> {
  const [module = '', app = ''] = APPS[name];
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': module, 'asking.py': ASK });
  return startServer(t, { app, cwd, env: { XDG_RUNTIME_DIR: runtime } });
}

const wholeTrace = async (server: RunningServer, trace_id: string): Promise<ServiceRequests[]> =>
  (await (await server.stream()).command('trace', { trace_id })).services;

/** The same once both have answered in time, which a busy machine may keep them from. */
const joined = (server: RunningServer, trace_id: string): Promise<ServiceRequests[]> =>
  waitFor(
    'two services',
    async () => {
      const services = await wholeTrace(server, trace_id);
      return services.length === 2 && services;
    },
    { seconds: 30 },
  );

/** Asks `from` for a page for which it asks `to`; resolves with the trace's id. */
async function call(
  from: RunningServer,
  to: RunningServer,
  [asked, library, body]: [path: string, library: string, body: Name],
): Promise<string> {
  const query = `url=${encodeURIComponent(`${to.url}/?${asked}`)}&library=${library}`;
  assert.equal((await send(`${from.url}/?${query}`)).body, body);
  const ended = await (await to.stream()).event(
    'request.ended',
    (event) => event['url.query'] === asked,
    30,
  );
  await (await from.stream()).event('request.ended', (event) => event.trace_id === ended.trace_id);
  return ended.trace_id;
}

const PAIRS: [Name, Name, string][] = [
  ['flask', 'django', 'requests'],
  ['django', 'bottle', 'urllib'],
  ['bottle', 'flask', 'httpx'],
];

for (const [caller, callee, library] of PAIRS) {
  test(`${caller} calls ${callee} by ${library}: one trace, of either server`, async (t) => {
    const runtime = tempFolder(t);
    const [from, to] = [await serve(t, caller, runtime), await serve(t, callee, runtime)];
    for (const round of [1, 2]) {
      const trace_id = await call(from, to, [`round=${round}`, library, callee]);
      const [own, other] = await joined(from, trace_id);
      assert.ok(own && other);
      assert.deepEqual([own.addresses, own.panel], [[from.url], undefined]);
      assert.deepEqual([other.addresses, other.panel], [[to.url], to.info.panel]);
      const [called] = own.requests.map(({ trace }) => trace && ofKind(trace, 'http')[0]);
      assert.ok(called?.attributes.span_id);
      const parents = other.requests.map(({ request }) => request.parent_span_id);
      assert.deepEqual(parents, [called.attributes.span_id], 'it hangs under that very span');
      const reversed = (await joined(to, trace_id)).map(({ addresses }) => addresses);
      assert.deepEqual(reversed, [[to.url], [from.url]], 'the one that is asked comes first');
    }
  });
}

test('a server that stands still, or was killed, is left out', async (t) => {
  const runtime = tempFolder(t);
  const [from, to] = [await serve(t, 'flask', runtime), await serve(t, 'bottle', runtime)];
  const trace_id = await call(from, to, ['once', 'urllib', 'bottle']);
  process.kill(to.pid, 'SIGSTOP');
  assert.equal((await wholeTrace(from, trace_id)).length, 1);
  process.kill(to.pid, 'SIGCONT');
  await joined(from, trace_id);
  process.kill(to.pid, 'SIGKILL');
  await to.exited;
  assert.equal((await wholeTrace(from, trace_id)).length, 1);
  await waitFor('its zygote to tidy up', () => to.processes().length === 0);
});

test('servers are registered for their user alone, while they run', async (t) => {
  const runtime = tempFolder(t);
  const folder = join(runtime, 'prefork');
  const [one, other] = [await serve(t, 'bottle', runtime), await serve(t, 'bottle', runtime)];
  const names = () => readdirSync(folder).sort();
  assert.deepEqual(names(), [`${one.pid}.json`, `${other.pid}.json`].sort());
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, `${one.pid}.json`)).mode & 0o777, 0o600);
  await one.stop();
  assert.deepEqual(names(), [`${other.pid}.json`]);
  process.kill(other.pid, 'SIGKILL');
  await waitFor('the file to go with its server', () => !existsSync(folder));
  const third = await serve(t, 'bottle', runtime);
  await third.stop();
  assert.ok(!existsSync(folder));
});
