/** A worker stops at the exception that its framework would turn into a 500, and at no other. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EXCEPTION_FILTERS } from '../../extension/debug/exceptionFilters.ts';
import { attachDebugger } from '../support/debugAdapter.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { startServer } from '../support/server.ts';
import { within } from '../support/wait.ts';

/** Flask's routes, which are Bottle's too. */
const PAGES = `
@app.route("/boom")
def boom():
    return str(1 / 0)

@app.route("/missing")
def missing():
    abort(404)

@app.route("/caught")
def caught():
    try:
        int("x")
    except ValueError:
        return "caught"
`;

/** `/boom` fails, `/missing` is a 404, `/caught` catches what it raises. */
const APPS = {
  flask: `
from flask import Flask, abort
app = Flask(__name__)
${PAGES}`,
  django: `
from django.conf import settings
settings.configure(DEBUG=True, ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["*"])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpResponse
from django.urls import path

def boom(request):
    return HttpResponse(str(1 / 0))

def missing(request):
    raise Http404("no such thing")

def caught(request):
    try:
        int("x")
    except ValueError:
        return HttpResponse("caught")

urlpatterns = [path("boom", boom), path("missing", missing), path("caught", caught)]
app = get_wsgi_application()
`,
  bottle: `
from bottle import Bottle, abort
app = Bottle()
${PAGES}`,
  bare: `
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/boom":
        boom()
    start_response("404 Not Found" if path == "/missing" else "200 OK", [])
    return [b"caught"]

def boom():
    1 / 0
`,
};

/** What an editor sets for a user who has chosen nothing. */
const byDefault = EXCEPTION_FILTERS.filter((filter) => filter.default).map(({ filter }) => filter);

async function stopsAtTheFailureAlone(t: TestContext, app: string): Promise<void> {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'pages.py': app });
  const server = await startServer(t, { app: 'pages:app', cwd, args: ['--workers=1'] });
  const stream = await server.stream();
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const nowhere = { path: join(cwd, 'pages.py'), lines: [] };
  const client = await attachDebugger(adapter, nowhere, { exceptions: byDefault });
  const ask = (page: string) => fetch(`${server.url}/${page}`).then(({ status }) => status);

  assert.equal(await within(10, 'a 404', ask('missing')), 404);
  assert.equal(await within(10, 'an answer', ask('caught')), 200);
  const failing = ask('boom');
  const { reason, threadId } = await client.event('stopped');
  assert.equal(reason, 'exception');
  const { stackFrames } = await client.request('stackTrace', { threadId });
  assert.match(stackFrames[0].name, /^boom/);
  await client.request('continue', { threadId });
  assert.equal(await within(10, 'a 500', failing), 500);
  await client.detach();
}

for (const [name, app] of Object.entries(APPS)) {
  test(`${name}: a view that fails stops, a 404 and what is caught do not`, (t) =>
    stopsAtTheFailureAlone(t, app));
}
