/** The terminal's commands: which server is meant, what a command line says, what a terminal is told. */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isClientCommand, parseClientLine } from '../../../server/client/commandLine.ts';
import { findServer } from '../../../server/client/findServer.ts';
import { CLIENT_HELP } from '../../../server/client/help.ts';
import { requestLine } from '../../../server/client/lines.ts';
import { paintFor, safe } from '../../../server/client/paint.ts';
import { createRecent } from '../../../server/client/recent.ts';
import { duration, table } from '../../../server/client/text.ts';
import type { RegisteredServer } from '../../../server/registry/registry.ts';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import { tempFolder } from '../../support/folders.ts';
import { ended } from '../../support/streamEvents.ts';

function registered(pid: number, root: string): RegisteredServer {
  const [app, panel, token] = [8000 + pid, 9000 + pid, `t${pid}`];
  return {
    pid,
    start: null,
    root,
    version: '1',
    python: 'python3',
    app: 'wsgi:application',
    addresses: [`http://127.0.0.1:${app}`],
    panel: `http://127.0.0.1:${panel}/#token=${token}`,
    stream: `ws://127.0.0.1:${panel}/stream?token=${token}`,
  };
}

test('without a word it is the only server, or the innermost that serves this folder', (t) => {
  const folder = tempFolder(t);
  const inner = join(folder, 'shop/orders');
  mkdirSync(inner, { recursive: true });
  const [shop, orders, other] = [
    registered(1, join(folder, 'shop')),
    registered(2, inner),
    registered(3, '/elsewhere'),
  ];
  assert.equal(findServer(undefined, '/', [other]), other.stream);
  assert.equal(findServer(undefined, inner, [shop, orders, other]), orders.stream);
  assert.equal(findServer(undefined, join(folder, 'shop'), [shop, orders]), shop.stream);
  assert.throws(
    () => findServer(undefined, folder, [shop, orders]),
    /several servers run; say which by --server:\n {2}1 /,
  );
  assert.throws(() => findServer(undefined, inner, [orders, { ...orders, pid: 4 }]), /several/);
  assert.throws(() => findServer(undefined, folder, []), /no server runs/);
});

test('a server is named by its pid, a port, a URL or its info file', (t) => {
  const servers = [registered(1, '/a'), registered(2, '/b')];
  const [, second] = servers;
  const meant = ['2', '8002', '9002', 'http://127.0.0.1:8002/orders', 'http://127.0.0.1:9002'];
  for (const wanted of meant)
    assert.equal(findServer(wanted, '/', servers), second?.stream, wanted);
  assert.throws(() => findServer('3', '/', servers), /no server is --server 3; there are\n {2}1 /);
  assert.throws(() => findServer('http://127.0.0.1:1', '/', []), /no server is/);
  const file = join(tempFolder(t), 'info.json');
  writeFileSync(file, JSON.stringify(second));
  assert.equal(findServer(file, '/', []), second?.stream);
  assert.equal(findServer(second?.panel ?? '', '/', []), second?.stream);
  writeFileSync(file, '{}');
  assert.throws(() => findServer(file, '/', []), /without a panel/);
  writeFileSync(file, '{');
  assert.throws(() => findServer(file, '/', []), /is no info file/);
});

test('words of the filter that begin with a minus are no switches', () => {
  const line = parseClientLine('tail', ['-status:5xx', '--json', '-/static', '-n3', 'has:n+1']);
  assert.deepEqual(
    [line.words, line.json, line.lines],
    [['has:n+1', '-status:5xx', '-/static'], true, 3],
  );
});

test('what makes no sense is refused, and said', () => {
  const bad: [Parameters<typeof parseClientLine>[0], string[], RegExp][] = [
    ['tail', ['--as', 'curl'], /Unknown option '--as'/],
    ['tail', ['-n', 'many'], /--lines takes a number: many/],
    ['tail', ['--server'], /--server/],
    ['show', [], /the id of one request/],
    ['show', ['1234', '5678'], /the id of one request/],
    ['show', ['last', '--as', 'pdf'], /--as takes curl, .*: pdf/],
    ['show', ['last', '--as', 'curl', '--json'], /only one/],
    ['routes', ['/orders'], /routes takes no filter/],
  ];
  for (const [command, words, why] of bad) {
    assert.throws(
      () => parseClientLine(command, words),
      (error: { exitCode: number; message: string }) => {
        assert.match(error.message, why);
        return error.exitCode === 2;
      },
    );
  }
  assert.ok(parseClientLine('show', ['--help']).help);
});

test('an app hook is no command, be its module called like one', () => {
  assert.deepEqual(['tail', 'tail:application', undefined, 'serve'].map(isClientCommand), [
    true,
    false,
    false,
    false,
  ]);
});

test('the help fits 80 columns', () => {
  for (const line of Object.values(CLIENT_HELP).join('').split('\n'))
    assert.ok(line.length <= 80, line);
});

test('what a terminal would obey is spelt out', () => {
  assert.equal(safe('\u001b[31mred\u0007\u009b\u202e'), '\\u001b[31mred\\u0007\\u009b\\u202e');
  assert.equal(safe('two\nlines\té 日'), 'two lines é 日');
  const event = {
    ...ended(1, { 'url.path': '/\u001b]0;title' }),
    sequence: 1,
    time: 2,
    started: 1,
  };
  const line = requestLine(createRecent().rowOf(event as RequestEnded), (_, text) => text);
  assert.ok(line.includes('GET /\\u001b]0;title'));
});

test('colours are for terminals, and for those who want them', (t) => {
  const { NO_COLOR, TERM } = process.env;
  t.after(() => Object.assign(process.env, { NO_COLOR: NO_COLOR ?? '', TERM: TERM ?? '' }));
  const painted = (isTTY: boolean, NO_COLOR: string, TERM: string): boolean => {
    Object.assign(process.env, { NO_COLOR, TERM });
    return paintFor({ isTTY })('red', 'text') !== 'text';
  };
  assert.ok(painted(true, '', 'xterm'));
  assert.ok(
    !painted(false, '', 'xterm') && !painted(true, '1', 'xterm') && !painted(true, '', 'dumb'),
  );
});

test('figures, and columns', () => {
  assert.deepEqual([840, 9_940, 412_400, 1_240_000].map(duration), [
    '0.8 ms',
    '9.9 ms',
    '412 ms',
    '1.24 s',
  ]);
  assert.deepEqual(
    table(
      ['>N', 'NAME', 'END'],
      [
        ['1', 'a', ''],
        ['12', 'bcdef', 'x'],
      ],
    ),
    [' N  NAME   END', ' 1  a', '12  bcdef  x'],
  );
});
