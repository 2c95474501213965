/** Breakpoints of every kind, wherever the code is, with each debugpy that a project may have. */

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { debugpyFolder } from '../setup/debugpy.ts';
import { type AttachOptions, attachDebugger, type Breakpoints } from '../support/debugAdapter.ts';
import { startDebugged, stopHere } from '../support/debugging.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { type RunningServer, type ServerOptions, startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

interface Stopping {
  options: Partial<ServerOptions>;
  breakpoints: Breakpoints;
  attach?: AttachOptions;
  /** The release of debugpy that must be at work. */
  release?: string;
}

/** The first request stops at the breakpoint, and is answered when it goes on. */
async function stops(t: TestContext, stopping: Stopping): Promise<RunningServer> {
  const { options, breakpoints, attach, release } = stopping;
  const server = await startServer(t, { app: 'wsgi', cwd: '', args: ['--workers=1'], ...options });
  const stream = await server.stream();
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const client = await attachDebugger(adapter, breakpoints, attach);
  if (release) {
    const { debugpy } = await client.request('debugpySystemInfo');
    assert.equal(debugpy.version, release);
  }
  const answer = fetch(server.url).then(({ status }) => status);
  answer.catch(() => {});
  const { threadId } = await client.event('stopped');
  const { stackFrames } = await client.request('stackTrace', { threadId });
  assert.equal(stackFrames[0].line, breakpoints.lines[0]);
  assert.ok(stackFrames.every(({ name }: { name: string }) => !/^(lead|serve)$/.test(name)));
  await client.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 200);
  await client.detach();
  return server;
}

const CALLS = `
from other import answer

def application(environ, start_response):
    start_response("200 OK", [])
    return [answer().encode()]
`;
const ANSWER = 'def answer():\n    return "text"  # stop here\n';

test('in a symlinked workspace, by the path that the editor shows', async (t) => {
  const real = tempFolder(t);
  const link = join(tempFolder(t), 'workspace');
  symlinkSync(real, link);
  writeFiles(real, { 'wsgi.py': CALLS, 'other.py': ANSWER });
  await stops(t, { options: { cwd: link }, breakpoints: stopHere(link, 'other.py') });
  await stops(t, { options: { cwd: link }, breakpoints: stopHere(real, 'other.py') });
});

test('in an editable install, which lies outside of the workspace', async (t) => {
  const cwd = tempFolder(t);
  const package_ = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': CALLS });
  writeFiles(package_, { 'other.py': ANSWER });
  const env = { PYTHONPATH: package_ };
  await stops(t, { options: { cwd, env }, breakpoints: stopHere(package_, 'other.py') });
});

/** A library as pip leaves it, in a folder that counts as one. */
const LIBRARY = 'lib/site-packages';

test('in a library, when not only the own code is asked for', async (t) => {
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, LIBRARY), { recursive: true });
  writeFiles(cwd, { 'wsgi.py': CALLS, [`${LIBRARY}/other.py`]: ANSWER });
  const env = { PYTHONPATH: join(cwd, LIBRARY) };
  const breakpoints = stopHere(cwd, `${LIBRARY}/other.py`);
  await stops(t, { options: { cwd, env }, breakpoints, attach: { justMyCode: false } });
});

const JINJA = `
from flask import Flask, render_template
application = Flask(__name__)

@application.route("/")
def index():
    return render_template("page.html", text="text")
`;
const DJANGO = `
from django.conf import settings
settings.configure(
    DEBUG=True, ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["*"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}],
)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path
urlpatterns = [path("", lambda request: render(request, "page.html", {"text": "text"}))]
application = get_wsgi_application()
`;
const PAGE = '<p>first line</p>\n<p>{{ text }} stop here</p>\n';

for (const [name, app] of [
  ['jinja', JINJA],
  ['django', DJANGO],
] as const) {
  test(`in a template of ${name}`, async (t) => {
    const cwd = tempFolder(t);
    writeFiles(cwd, { 'wsgi.py': app, 'templates/page.html': PAGE });
    const breakpoints = stopHere(cwd, 'templates/page.html');
    await stops(t, { options: { cwd }, breakpoints, attach: { [name]: true } });
  });
}

test('a condition decides, and a logpoint prints instead of stopping', async (t) => {
  const { cwd, server, stream } = await startDebugged(t, { args: ['--workers=1'] });
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const ask = () => fetch(server.url).then((response) => response.text());
  const place = stopHere(cwd);
  const never = await attachDebugger(adapter, { ...place, more: { condition: '1 == 2' } });
  assert.equal(await within(10, 'the answer', ask()), 'version 1');
  await never.detach();
  const logging = await attachDebugger(adapter, { ...place, more: { logMessage: 'says {1 + 1}' } });
  assert.equal(await within(10, 'the answer', ask()), 'version 1');
  await waitFor('the log point', async () => /says 2/.test((await logging.event('output')).output));
  await logging.detach();
});

for (const version of ['1.6.7', '1.7.0', '1.8.0']) {
  test(`debugpy ${version}: stops, and says nothing on the terminal`, async (t) => {
    const debugpy = await debugpyFolder(version);
    const cwd = tempFolder(t);
    writeFiles(cwd, { 'wsgi.py': CALLS, 'other.py': ANSWER });
    const env = { PYTHONPATH: debugpy };
    const server = await stops(t, {
      options: { cwd, env },
      breakpoints: stopHere(cwd, 'other.py'),
      release: version,
    });
    assert.doesNotMatch(server.stderr + server.stdout, /debugger warning|frozen|pydev|[0-9]s - /i);
  });
}

test('the debugger of the environment says nothing on the terminal, and leaves no variable', async (t) => {
  const cwd = tempFolder(t);
  const app = CALLS.replace('answer().encode()', 'str(dict(os.environ)).encode()');
  writeFiles(cwd, { 'wsgi.py': `import os\n${app}`, 'other.py': ANSWER });
  const server = await startServer(t, { app: 'wsgi', cwd, args: ['--workers=1'] });
  const stream = await server.stream();
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const client = await attachDebugger(adapter, { path: join(cwd, 'wsgi.py'), lines: [] });
  const environ = await fetch(server.url).then((response) => response.text());
  assert.doesNotMatch(environ, /PYDEVD|DEBUGPY/);
  await client.detach();
  assert.doesNotMatch(server.stderr + server.stdout, /debugger warning|frozen|pydev/i);
});

const HOOKED = `
import os

def application(environ, start_response):
    breakpoint()
    start_response("200 OK", [])
    return [b"after"]
`;

test('breakpoint() stops while a debugger is attached; else it is skipped, and told once', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': HOOKED });
  const server = await startServer(t, { app: 'wsgi', cwd, args: ['--workers=1'] });
  const stream = await server.stream();
  const ask = () => fetch(server.url).then((response) => response.text());
  for (const _ of [1, 2]) assert.equal(await within(10, 'the answer', ask()), 'after');
  const warning = await stream.event('log', ({ body }) => body.includes('breakpoint()'));
  assert.match(warning.body, /wsgi\.py:5 is skipped: no debugger is attached/);

  const adapter = await stream.command('debug_worker', { worker: 1 });
  const client = await attachDebugger(adapter, { path: join(cwd, 'wsgi.py'), lines: [] });
  const answer = ask();
  const { threadId } = await client.event('stopped');
  const { stackFrames } = await client.request('stackTrace', { threadId });
  assert.equal(stackFrames[0].name, 'application');
  await client.request('continue', { threadId });
  assert.equal(await within(10, 'the answer', answer), 'after');
  await client.detach();

  assert.equal(await within(10, 'the answer', ask()), 'after');
  const told = stream.events.filter(
    (event) => event.type === 'log' && event.body.includes('is skipped'),
  );
  assert.equal(told.length, 1);
});
