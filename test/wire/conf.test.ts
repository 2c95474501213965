/** One real gunicorn.conf.py, read by Gunicorn and by Prefork: both say the same of it. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OWN } from '../../server/settings/table.ts';
import { prefork, runToEnd } from '../support/commandLine.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { venv, venvPython } from '../support/paths.ts';

const CONF = `
import multiprocessing
import os

bind = [f"127.0.0.1:{os.environ.get('APP_PORT', '0')}", "unix:app.sock"]
workers = min(multiprocessing.cpu_count() * 2 + 1, 5)
worker_class = "gthread"
threads = 2
timeout = 120
graceful_timeout = "0x10"
keepalive = 5
max_requests = 1000
max_requests_jitter = 50
backlog = 64
chdir = os.path.join(os.path.dirname(os.path.abspath(__file__)), "src")
pythonpath = "lib,vendor"
raw_env = ["DJANGO_SETTINGS_MODULE=project.settings", "EMPTY="]
umask = 0o022
pidfile = "app.pid"
loglevel = "debug"
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s'
errorlog = "error.log"
forwarded_allow_ips = "10.0.0.0/8, ::1"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https", "X-IT'S": 'a "quote"'}
limit_request_line = 8190
reload_extra_files = ["src/*.html"]
reload = "True"
capture_output = True
wsgi_app = "main:create_app('x', debug=True)"

def post_fork(server, worker):
    server.log.info("forked")

when_ready = lambda server: None
helper = object()
`;

const APP = `
def create_app(name, debug=False):
    return lambda environ, start_response: []
`;

function project(test: TestContext): string {
  const folder = tempFolder(test);
  writeFiles(folder, { 'gunicorn.conf.py': CONF, 'src/main.py': APP, 'src/page.html': '' });
  return folder;
}

/** `name = value` lines, by name. */
function settingsOf(printed: string): Map<string, string> {
  const lines = printed.split('\n').filter((line) => line.includes(' = '));
  return new Map(lines.map((line) => line.split(/ += (.*)/s, 2) as [string, string]));
}

/** Ours alone, and which file was read: Gunicorn prints what it was told. */
const OTHERS = new Set([...Object.keys(OWN), 'config']);

/** Fails unless both print the same for all that Prefork honours. */
async function assertSame(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const all = ['--print-config', ...args];
  const theirs = await runToEnd(join(venv, 'bin/gunicorn'), all, folder, env);
  const ours = await prefork(['--python', venvPython, ...all], folder, env);
  assert.deepEqual([theirs.code, ours.code], [0, 0], theirs.stderr + ours.stderr);
  const expected = settingsOf(theirs.stdout);
  const printed = [...settingsOf(ours.stdout)].filter(([name]) => !OTHERS.has(name));
  assert.ok(printed.length > 25);
  for (const [name, value] of printed) assert.equal(value, expected.get(name), name);
}

test('the conf file of the start folder', async (t) => {
  await assertSame(project(t), [], { APP_PORT: '8001' });
});

test('with GUNICORN_CMD_ARGS and a command line over it', async (t) => {
  const env = {
    GUNICORN_CMD_ARGS: '--threads 3 -t 60 --access-logformat \'%(h)s "x"\'',
    WEB_CONCURRENCY: '9',
    FORWARDED_ALLOW_IPS: '*',
  };
  await assertSame(project(t), ['-t', '5', '-b', ':80', '-e', 'A=1', '--reload'], env);
});

test('a conf file named in each way', async (t) => {
  const folder = project(t);
  writeFiles(folder, { 'conf_module.py': 'workers = 4\nproc_name = "x"\n' });
  const app = 'main:create_app("y")';
  for (const name of ['conf_module.py', 'file:conf_module.py', 'python:conf_module']) {
    await assertSame(folder, ['-c', name, '--chdir', 'src', app], {});
  }
});

test('without a conf file, what the environment says', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'main.py': APP });
  const env = { WEB_CONCURRENCY: '3', PORT: '5000', FORWARDED_ALLOW_IPS: '10.0.0.1' };
  await assertSame(folder, ['main:create_app("z")'], env);
});
