/** Who wins: defaults, conf file, GUNICORN_CMD_ARGS, command line; and who is named when one is wrong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commandLineLayer,
  confFileLayer,
  type Layer,
  mergeSettings,
  noticesOf,
} from '../../../server/settings/merge.ts';

const conf = (values: Record<string, unknown>, lines: Record<string, number> = {}): Layer =>
  confFileLayer({ file: '/app/gunicorn.conf.py', values, lines, environ: {} });
const variable = (values: Layer['values']) => commandLineLayer(values, 'GUNICORN_CMD_ARGS: ');
const argv = (values: Layer['values']) => commandLineLayer(values);

test('without a word from anyone the defaults are Gunicorn’s', () => {
  const { workers, threads, timeout, bind, reload, capture, panel } = mergeSettings([], {});
  assert.deepEqual(
    { workers, threads, timeout, bind, reload, capture, panel },
    {
      workers: 1,
      threads: 1,
      timeout: 30,
      bind: ['127.0.0.1:8000'],
      reload: false,
      capture: false,
      panel: null,
    },
  );
});

test('the later layer wins, setting by setting', () => {
  const layers = [
    conf({ workers: 3, threads: 3, timeout: 3 }),
    variable({ threads: '4', timeout: '4' }),
    argv({ timeout: '5' }),
  ];
  const { workers, threads, timeout } = mergeSettings(layers, { WEB_CONCURRENCY: '9' });
  assert.deepEqual({ workers, threads, timeout }, { workers: 3, threads: 4, timeout: 5 });
});

test('dev mode changes defaults, and nothing that was said', () => {
  const dev = mergeSettings([argv({ dev: true })], {});
  assert.deepEqual(
    [dev.workers, dev.threads, dev.timeout, dev.reload, dev.capture, dev.panel],
    [2, 4, 0, true, true, '127.0.0.1:0'],
  );
  const layers = [
    conf({ workers: 1, reload: false, timeout: 30 }),
    argv({ dev: true, panel: 'off' }),
  ];
  const said = mergeSettings(layers, {});
  assert.deepEqual(
    [said.workers, said.threads, said.timeout, said.reload, said.panel],
    [1, 4, 30, false, null],
  );
});

test('the environment gives defaults', () => {
  const environ = { WEB_CONCURRENCY: '3', PORT: '5000', FORWARDED_ALLOW_IPS: '*' };
  const plain = mergeSettings([], environ);
  assert.deepEqual(
    [plain.workers, plain.bind, plain.forwarded_allow_ips],
    [3, ['0.0.0.0:5000'], '*'],
  );
  assert.deepEqual(mergeSettings([argv({ bind: [':80'] })], environ).bind, [':80']);
});

test('in dev mode PORT does not open the machine to its network', () => {
  assert.deepEqual(mergeSettings([argv({ dev: true })], { PORT: '5000' }).bind, ['127.0.0.1:5000']);
});

test('a bad value is named with the place that has it, even where it is overridden', () => {
  const cases: [Layer, string, number][] = [
    [
      conf({ workers: 'four' }, { workers: 12 }),
      "/app/gunicorn.conf.py:12: workers: not an integer: 'four'",
      1,
    ],
    [conf({ workers: null }), '/app/gunicorn.conf.py: workers: not an integer: None', 1],
    [
      variable({ timeout: 'x' }),
      "GUNICORN_CMD_ARGS: argument -t/--timeout: not an integer: 'x'",
      2,
    ],
    [argv({ workers: '0' }), 'argument -w/--workers: must be at least 1', 2],
  ];
  for (const [layer, message, exitCode] of cases) {
    const layers = [layer, argv({ workers: '2', timeout: '2' })];
    assert.throws(() => mergeSettings(layers, {}), { message, exitCode });
  }
  assert.throws(() => mergeSettings([], { PORT: 'http' }), {
    message: "environment variable PORT: 'http' is not a valid port number",
    exitCode: 1,
  });
});

test('a hook is a callable or the path of one', () => {
  mergeSettings([conf({ post_fork: { $callable: '__config__.post_fork' }, on_exit: 'a.b' })], {});
  const layers = [conf({ post_fork: 3 }, { post_fork: 2 })];
  assert.throws(() => mergeSettings(layers, {}), {
    message: '/app/gunicorn.conf.py:2: post_fork: not callable: 3',
  });
});

test('one notice for each thing that is asked for and not done', () => {
  const layers = [
    conf({
      worker_class: 'gevent',
      daemon: false,
      user: null,
      logger_class: 'x.Y',
      on_starting: { $callable: '__config__.on_starting' },
      post_fork: { $callable: '__config__.post_fork' },
    }),
    argv({ logger_class: 'z.Y', syslog: true }),
  ];
  assert.deepEqual(noticesOf(layers, mergeSettings(layers, {})).sort(), [
    'logger_class is accepted and has no effect here',
    'on_starting is accepted and has no effect here',
    'syslog is accepted and has no effect here',
    'worker_class gevent is accepted and has no effect here',
  ]);
});

test('Gunicorn’s plain worker classes are ours', () => {
  for (const name of ['sync', 'gthread', 'gunicorn.workers.gthread.ThreadWorker']) {
    const layers = [conf({ worker_class: name })];
    assert.deepEqual(noticesOf(layers, mergeSettings(layers, {})), []);
  }
});
