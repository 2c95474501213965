import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../../webview/filter/filter.ts';
import { LOG_TERMS } from '../../../webview/filter/logTerms.ts';
import { REQUEST_TERMS } from '../../../webview/filter/requestTerms.ts';
import { filterRows } from '../../../webview/filter/rows.ts';
import { tokenize } from '../../../webview/filter/tokens.ts';
import { Store } from '../../../webview/model/store.ts';
import {
  EPOCH,
  ended,
  log,
  reload,
  sequencer,
  started,
  type Unkept,
  worker,
} from '../../support/streamEvents.ts';

function storeOf(...events: Unkept[]): Store {
  const store = new Store();
  store.apply(events.map(sequencer()));
  return store;
}

/** The paths of the requests that pass; `now` is 3 s after the events. */
function paths(store: Store, text: string): string[] {
  const filter = compile(text, REQUEST_TERMS);
  assert.deepEqual(filter.problems, []);
  const now = EPOCH + 3_000_000;
  return filterRows(store.rows, filter, now).map((row) =>
    row.kind === 'request' ? row.head['url.path'] : `reload ${row.reload.generation}`,
  );
}

const mixed = storeOf(
  ended(1, { 'url.path': '/', duration: 900 }),
  ended(2, { 'url.path': '/orders', duration: 412_000, worker: 2, logs: 3 }),
  ended(3, { 'url.path': '/pay', 'http.request.method': 'POST', 'http.response.status_code': 500 }),
  ended(4, { 'url.path': '/static/site.css', 'http.response.status_code': 304 }),
  ended(5, { 'url.path': '/gone', 'http.response.status_code': null, client_gone: true }),
  ended(6, { 'url.path': '/caught', exceptions: 1, 'url.query': 'Page=2' }),
  started(7, { 'url.path': '/slow', worker: 2 }),
);

test('a filter is split into words, quotes, keys and negations', () => {
  const tokens = tokenize('status:5xx -method:POST "two words" -/static logger:"a b" -');
  assert.deepEqual(
    tokens.map(({ negated, key, value }) => [negated, key, value]),
    [
      [false, 'status', '5xx'],
      [true, 'method', 'POST'],
      [false, '', 'two words'],
      [true, '', '/static'],
      [false, 'logger', 'a b'],
      [false, '', '-'],
    ],
  );
});

const cases: [filter: string, expected: string[]][] = [
  ['', ['/', '/orders', '/pay', '/static/site.css', '/gone', '/caught', '/slow']],
  ['status:5xx', ['/pay']],
  ['status:304', ['/static/site.css']],
  ['status:none', ['/gone', '/slow']],
  ['slower:200ms', ['/orders', '/slow']],
  ['slower:0.2s', ['/orders', '/slow']],
  ['slower:412', ['/orders', '/slow']],
  ['-slower:1ms', ['/']],
  ['method:post', ['/pay']],
  ['worker:2', ['/orders', '/slow']],
  ['has:error', ['/pay', '/caught']],
  ['has:log', ['/orders']],
  ['is:running', ['/slow']],
  ['is:gone', ['/gone']],
  ['page=2', ['/caught']],
  ['worker:1 -/static -status:500', ['/', '/gone', '/caught']],
];
for (const [text, expected] of cases) {
  test(`the filter "${text}" leaves ${expected.length} of 7 requests`, () => {
    assert.deepEqual(paths(mixed, text), expected);
  });
}

test('a value that makes no sense is named and left out; an unknown key is text', () => {
  const filter = compile('status:9xx slower:soon http://x worker:two has:luck', REQUEST_TERMS);
  assert.deepEqual(filter.problems, ['status:9xx', 'slower:soon', 'worker:two', 'has:luck']);
  assert.equal(filter.empty, false);
});

test('names of Object are not keys', () => {
  const filter = compile('constructor:1 has:constructor', REQUEST_TERMS);
  assert.deepEqual(filter.problems, ['has:constructor']);
});

test('a filtered list keeps the reload before a group, not reloads that part nothing', () => {
  const store = storeOf(
    reload(1),
    ended(1, { 'url.path': '/a' }),
    reload(2),
    ended(2, { 'url.path': '/other', generation: 2 }),
    reload(3),
    ended(3, { 'url.path': '/a', generation: 3 }),
    reload(4),
  );
  assert.deepEqual(paths(store, '/a'), ['reload 1', '/a', 'reload 3', '/a']);
  assert.deepEqual(paths(store, 'gen:2'), ['reload 2', '/other']);
});

test('a request whose worker died has failed and is lost', () => {
  const store = storeOf(started(1), worker(1, { state: 'exited' }));
  assert.deepEqual(paths(store, 'is:lost has:error'), ['/orders/1']);
  assert.deepEqual(paths(store, 'is:running'), []);
});

test('log lines are filtered by level, source, logger and text', () => {
  const { logs } = storeOf(
    log('starting', { source: 'stdout' }),
    log('Slow query', { severity_number: 13, logger: 'shop.orders' }),
    log('boom', { severity_number: 17, worker: 2 }),
  );
  const bodies = (text: string) => {
    const filter = compile(text, LOG_TERMS);
    return logs.filter((line) => filter.passes(line, 0)).map((line) => line.body);
  };
  assert.deepEqual(bodies('level:warn'), ['Slow query', 'boom']);
  assert.deepEqual(bodies('source:stdout'), ['starting']);
  assert.deepEqual(bodies('logger:shop'), ['Slow query']);
  assert.deepEqual(bodies('-worker:2 s'), ['starting', 'Slow query']);
  assert.deepEqual(compile('level:loud level:', LOG_TERMS).problems, ['level:loud', 'level:']);
});
