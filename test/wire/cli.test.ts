/** What the command says to bad input, and its exit codes: real processes, as a person starts them. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { prefork, type Said } from '../support/commandLine.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { serverBundle, systemNode, venvPython } from '../support/paths.ts';
import { startServer } from '../support/server.ts';
import { within } from '../support/wait.ts';

const APP = `
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.environ.get("GREETING", "hello").encode()]
`;

const NOT_AN_APP = 'application = 42\n';

function project(test: TestContext, files: Record<string, string> = {}): string {
  const folder = tempFolder(test);
  writeFiles(folder, { 'wsgi.py': APP, 'number.py': NOT_AN_APP, ...files });
  return folder;
}

const withPython = (...args: string[]) => ['--python', venvPython, ...args];

function assertSays(said: Said, code: number, stderr: string | RegExp): void {
  if (typeof stderr === 'string') assert.equal(said.stderr, `${stderr}\n`);
  else assert.match(said.stderr, stderr);
  assert.equal(said.code, code, said.stderr);
}

test('--help and --version', async (t) => {
  const folder = project(t);
  const help = await prefork(['--help'], folder);
  assert.match(help.stdout, /^Usage: prefork \[OPTIONS\] \[APP_MODULE\]\n/);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  const version = await prefork(['-v'], folder);
  assert.match(version.stdout, /^prefork \(version \d+\.\d+\.\d+\)\n$/);
});

test('a command line that is wrong exits with 2', async (t) => {
  const folder = project(t);
  const cases: [string[], string][] = [
    [['--foo', 'wsgi'], 'unrecognized arguments: --foo'],
    [['--realod', 'wsgi'], 'unrecognized arguments: --realod (did you mean --reload?)'],
    [['wsgi', '-w'], 'argument -w/--workers: expected one argument'],
    [['wsgi', '-w', 'four'], "argument -w/--workers: not an integer: 'four'"],
    [['wsgi', '--chdir', '/no/such'], "argument --chdir: no such folder: '/no/such'"],
  ];
  for (const [args, message] of cases) {
    assertSays(await prefork(args, folder), 2, `prefork: error: ${message}`);
  }
  const fromEnviron = await prefork(['wsgi'], folder, { GUNICORN_CMD_ARGS: '--wokers 2' });
  const message = 'GUNICORN_CMD_ARGS: unrecognized arguments: --wokers (did you mean --workers?)';
  assertSays(fromEnviron, 2, `prefork: error: ${message}`);
});

test('no app hook at all exits with 1, as in Gunicorn', async (t) => {
  const folder = project(t);
  const message = 'No application module specified. Name it: prefork module:application';
  assertSays(await prefork([], folder), 1, `prefork: error: ${message}`);
});

test('a conf file that is missing or wrong exits with 1, with its line', async (t) => {
  const folder = project(t, {
    'value.py': 'bind = "127.0.0.1:0"\nworkers = "four"\n',
    'raises.py': 'import os\n\nbind = os.environ["NOT_SET"]\n',
  });
  const cases: [string, string][] = [
    ['none.py', "conf file 'none.py' doesn't exist"],
    ['value.py', `${folder}/value.py:2: workers: not an integer: 'four'`],
    ['raises.py', `${folder}/raises.py:3: KeyError: 'NOT_SET'`],
  ];
  for (const [name, message] of cases) {
    const said = await prefork(withPython('-c', name, 'wsgi'), folder);
    assertSays(said, 1, `prefork: error: ${message}`);
  }
});

test('no Python, or one that will not do', async (t) => {
  const folder = project(t, { 'old/python3': "#!/bin/sh\nprintf '\\n/old\\n/\\n3.8.10'\n" });
  chmodSync(`${folder}/old/python3`, 0o755);
  const none = await prefork(['wsgi'], folder, { PATH: folder, VIRTUAL_ENV: '' });
  assertSays(none, 1, /^prefork: error: No Python found: no \.venv or venv in .*\n$/);
  const old = await prefork(['wsgi'], folder, { PATH: `${folder}/old`, VIRTUAL_ENV: '' });
  const tooOld = `Python 3.8.10 at ${folder}/old/python3 is too old`;
  assertSays(
    old,
    1,
    `prefork: error: ${tooOld}: Prefork needs 3.9 or newer; name another with --python`,
  );
  const missing = await prefork(['--python', './none', 'wsgi'], folder);
  assertSays(missing, 1, 'prefork: error: --python ./none: no such file');
});

const WRONG_HOOKS: [string, number, RegExp][] = [
  ['nothing_here', 3, /No module named 'nothing_here'/],
  [
    'wsgi:app',
    4,
    /wsgi:app: module 'wsgi' \(.*wsgi\.py\) has no 'app'; did you mean wsgi:application\?/,
  ],
  ['number', 4, /number: application is an int, not a callable WSGI application/],
  ['broken', 3, /ZeroDivisionError/],
];

test('--check-config loads the app and says what fails', async (t) => {
  const folder = project(t, { 'broken.py': '1 / 0\n' });
  assert.deepEqual(await prefork(withPython('--check-config', 'wsgi'), folder), {
    code: 0,
    stdout: '',
    stderr: '',
  });
  for (const [hook, code, message] of WRONG_HOOKS) {
    assertSays(await prefork(withPython('--check-config', hook), folder), code, message);
  }
});

test('an app hook that cannot be loaded ends a plain server with 3 or 4', async (t) => {
  const folder = project(t, { 'broken.py': '1 / 0\n' });
  for (const [hook, code, message] of WRONG_HOOKS) {
    assertSays(await prefork(withPython('-b', '127.0.0.1:0', hook), folder), code, message);
  }
});

test('an address in use is named, with exit code 1', async (t) => {
  const folder = project(t);
  const taken = net.createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((listening) => taken.once('listening', listening));
  const { port } = taken.address() as net.AddressInfo;
  const said = await prefork(withPython('-b', `127.0.0.1:${port}`, 'wsgi'), folder);
  assertSays(said, 1, new RegExp(`127\\.0\\.0\\.1:${port}.*in use`, 's'));
});

test('what has no effect is accepted with a notice', async (t) => {
  const folder = project(t);
  const args = withPython(
    '--check-config',
    '--statsd-host',
    'localhost:8125',
    '-k',
    'gevent',
    'wsgi',
  );
  assertSays(
    await prefork(args, folder),
    0,
    'prefork: statsd_host is accepted and has no effect here\n' +
      'prefork: worker_class gevent is accepted and has no effect here',
  );
});

test('what a conf file does to the environment is there for the app', async (t) => {
  const folder = project(t, {
    'gunicorn.conf.py': 'import os\nos.environ["GREETING"] = "from the conf file"\n',
  });
  const server = await startServer(t, { app: 'wsgi', cwd: folder });
  assert.equal(await (await fetch(server.url)).text(), 'from the conf file');
});

test('a server that ends by itself exits, also when its starter keeps an IPC channel', async (t) => {
  const folder = project(t);
  const args = withPython('-b', '127.0.0.1:0', 'nothing_here');
  const child = spawn(systemNode(), [serverBundle, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  assert.equal(await within(10, 'the server to exit', exited), 3);
});
