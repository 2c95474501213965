/** The command line reads as Python's argparse would read it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../../../server/settings/commandLine.ts';

const read = (line: string) => parseCommandLine(line.split(' ').filter(Boolean));
const refused = (line: string, message: string) =>
  assert.throws(() => read(line), { message, exitCode: 2 });

test('an app hook among options', () => {
  assert.deepEqual(read('-w 4 pkg.wsgi:app --reload'), {
    app: 'pkg.wsgi:app',
    written: { workers: '4', reload: true },
    help: false,
    version: false,
  });
});

test('a value follows its option in each way that argparse knows', () => {
  for (const line of ['-w 4', '-w4', '-w=4', '--workers 4', '--workers=4']) {
    assert.deepEqual(read(line).written, { workers: '4' }, line);
  }
  assert.deepEqual(read('--access-logfile -').written, { accesslog: '-' });
  assert.deepEqual(read('-t -1').written, { timeout: '-1' });
  assert.deepEqual(read('--env A=b=c').written, { raw_env: ['A=b=c'] });
});

test('an option may be shortened where that is unambiguous', () => {
  assert.deepEqual(read('--back 5').written, { backlog: '5' });
  refused(
    '--worker 5',
    'ambiguous option: --worker could match --workers, --worker-class, --worker-connections, --worker-tmp-dir',
  );
  // An exact name is never ambiguous.
  assert.deepEqual(read('--python /x').written, { python: '/x' });
});

test('options that repeat add up, others are overridden', () => {
  assert.deepEqual(read('-b :1 -b :2 -w 1 -w 2').written, { bind: [':1', ':2'], workers: '2' });
});

test('switches may share one dash, also with an option that has a value', () => {
  assert.deepEqual(read('-DR').written, { daemon: true, enable_stdio_inheritance: true });
  assert.deepEqual(read('-Dw4').written, { daemon: true, workers: '4' });
});

test('a switch of dev mode can be turned off', () => {
  assert.deepEqual(read('--dev --no-reload --no-capture').written, {
    dev: true,
    reload: false,
    capture: false,
  });
});

test('an optional value does not swallow the app hook', () => {
  assert.deepEqual(read('--proxy-protocol app:app'), {
    ...read('app:app'),
    written: { proxy_protocol: true },
  });
  assert.deepEqual(read('--proxy-protocol v2 app').written, { proxy_protocol: 'v2' });
});

test('after -- all is positional', () => {
  assert.equal(parseCommandLine(['--', '--odd']).app, '--odd');
});

test('a text with spaces is a value, whatever it starts with', () => {
  const { written } = parseCommandLine(['--access-logformat', '-%(h)s %(r)s']);
  assert.deepEqual(written, { access_log_format: '-%(h)s %(r)s' });
});

test('help and version', () => {
  assert.equal(read('-h').help, true);
  assert.equal(read('--version').version, true);
});

test('an option that does not exist is named, with the one that was meant', () => {
  refused('--foo', 'unrecognized arguments: --foo');
  refused('--nope', 'unrecognized arguments: --nope');
  refused('--reloaded', 'unrecognized arguments: --reloaded (did you mean --reload?)');
  refused('--wokers=3', 'unrecognized arguments: --wokers (did you mean --workers?)');
  refused('-Z', 'unrecognized arguments: -Z');
  refused('a:b c:d', 'unrecognized arguments: c:d');
});

test('a value that is missing or too much', () => {
  refused('-w', 'argument -w/--workers: expected one argument');
  refused('--bind --reload', 'argument -b/--bind: expected one argument');
  refused('--reload=yes', "argument --reload: takes no value: 'yes'");
});
