import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { serverEnviron } from '../../../extension/environ.ts';
import { pickPort } from '../../../extension/port.ts';
import { serverArguments } from '../../../extension/serverProcess.ts';

test("the editor's own variables stay in the editor; the user's go on", () => {
  const environ = { HOME: '/home/me', VSCODE_PID: '1', NODE_OPTIONS: '--x', ELECTRON_NO_ASAR: '1' };
  const passed = serverEnviron(environ, { DEBUG: '1', HOME: null });
  assert.deepEqual(
    Object.entries(passed).filter(([, value]) => value !== undefined),
    [
      ['DEBUG', '1'],
      ['ELECTRON_RUN_AS_NODE', '1'],
    ],
  );
});

test('options become a command line; absent ones are left to the server', () => {
  const options = {
    app: 'wsgi:application',
    root: '/app',
    python: '/usr/bin/python3',
    port: 8001,
    threads: 1,
    args: ['--timeout', '5'],
    env: {},
  };
  assert.equal(
    serverArguments(options, '/tmp/info.json').join(' '),
    '--dev --info-file /tmp/info.json --bind 127.0.0.1:8001 --python /usr/bin/python3 ' +
      '--threads 1 --timeout 5 wsgi:application',
  );
});

test('behind a host of its own the app may be called anything', () => {
  const options = { app: 'wsgi', root: '/app', python: 'python3', port: 1, args: [], env: {} };
  const line = serverArguments({ ...options, allowedHosts: '*' }, 'info.json', '/kept/a.history');
  assert.equal(line[line.indexOf('--history') + 1], '/kept/a.history');
  assert.deepEqual(line.slice(-3), ['--allowed-hosts', '*', 'wsgi']);
});

test('a port that is asked for is taken as it is; else one that is free', async () => {
  assert.equal(await pickPort(5), 5);
  const port = await pickPort(0);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  try {
    assert.notEqual(await pickPort(0), port);
  } finally {
    server.close();
  }
});
