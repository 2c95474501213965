import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../../server/stream/filter/filter.ts';
import { requestTerms } from '../../../server/stream/filter/requestTerms.ts';
import { tokenize } from '../../../server/stream/filter/tokens.ts';
import { LOG_TERMS } from '../../../webview/filter/logTerms.ts';
import { filterRows } from '../../../webview/filter/rows.ts';
import { Store } from '../../../webview/model/store.ts';
import {
  EPOCH,
  ended,
  exception,
  log,
  reload,
  requestId,
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
  const filter = compile(text, requestTerms(store));
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
  exception('e6', { request: requestId(6), kind: 'logged' }),
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

const traced = storeOf(
  ended(1, {
    'url.path': '/list/',
    'http.route': '/list/',
    view: 'shop.views.Listing',
    framework: 'django',
    totals: { sql: { count: 101, duration: 240_000 }, template: { count: 2, duration: 10_000 } },
    findings: ['n+1', 'duplicate'],
    'http.response.body.size': 2_400_000,
    cpu: 90_000,
  }),
  ended(2, { 'url.path': '/v1.0/', totals: { http: { count: 1, duration: 9_000 } }, cpu: null }),
  log('Order not found', { request: requestId(3) }),
  exception('e3', { request: requestId(3) }),
  ended(3, { 'url.path': '/find', exceptions: 1, logs: 1, detail: 'summary', duration: 700_000 }),
  started(4, { 'url.path': '/now' }),
);
const tracedCases: [filter: string, expected: string[]][] = [
  ['db:>20', ['/list/']],
  ['db:101', ['/list/']],
  ['db:0', ['/v1.0/', '/find']],
  ['db:>=240ms', ['/list/']],
  ['db:50ms', ['/list/']],
  ['http:>0', ['/v1.0/']],
  ['has:n+1', ['/list/']],
  ['has:duplicate has:sql has:template', ['/list/']],
  ['has:http', ['/v1.0/']],
  ['route:/list/', ['/list/']],
  ['view:listing framework:Django', ['/list/']],
  ['size:>1mb', ['/list/']],
  ['size:<10kb', ['/v1.0/', '/find']],
  ['cpu:>50ms', ['/list/', '/find']],
  ['faster:500ms', ['/list/', '/v1.0/']],
  ['is:summary', ['/find']],
  ['is:slow', ['/find']],
  ['log:"not found"', ['/find']],
  ['log:"/^order .* found$/"', ['/find']],
  ['exception:keyerror', ['/find']],
  ['/^\\/(v1|now)/', ['/v1.0/', '/now']],
  ['-/list/', ['/v1.0/', '/find', '/now']],
];
for (const [text, expected] of tracedCases) {
  test(`the filter "${text}" leaves ${expected.join(' ')}`, () => {
    assert.deepEqual(paths(traced, text), expected);
  });
}

test('a range of time is of the day, over midnight too', () => {
  const at = (hours: number, minutes: number) =>
    new Date(2026, 10, 22, hours, minutes).getTime() * 1000;
  const store = storeOf(
    ended(1, { 'url.path': '/late', started: at(23, 59) }),
    ended(2, { 'url.path': '/early', started: at(0, 10) }),
    ended(3, { 'url.path': '/noon', started: at(12, 0) }),
  );
  assert.deepEqual(paths(store, 'time:11:00..12:00:30'), ['/noon']);
  assert.deepEqual(paths(store, 'time:23:00..01:00').toSorted(), ['/early', '/late']);
  assert.deepEqual(paths(store, 'time:12:00..').toSorted(), ['/late', '/noon']);
});

const problemsOf = (text: string) =>
  compile(text, requestTerms(mixed)).problems.map(({ word, why }) => `${word} ${why}`);

test('a value that makes no sense is left out, and it is said what would', () => {
  assert.deepEqual(problemsOf('status:9xx slower:soon worker:two db:>1mb has:'), [
    'status:9xx takes 404, 4xx or none',
    'slower:soon takes a time: 200ms, 1.5s, 800us',
    "worker:two takes a worker's number",
    'db:>1mb takes a count or a time: >20, 0, >50ms',
    'has: takes n+1, duplicate, error, exception, log, warning, sql, http, cache, template, profile',
  ]);
  assert.match(problemsOf('/(/')[0] ?? '', /^\/\(\/ Invalid regular expression/);
});

test('an unknown key is looked for as text, and said to be', () => {
  assert.deepEqual(problemsOf('http://x file:///y'), []);
  assert.match(problemsOf('statsu:500')[0] ?? '', /no such key/);
  assert.equal(compile('statsu:500', requestTerms(mixed)).empty, false);
});

test('names of Object are not keys', () => {
  assert.equal(problemsOf('constructor:1 has:constructor').length, 2);
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
  const { problems } = compile('level:loud level:', LOG_TERMS);
  assert.deepEqual(
    problems.map(({ word }) => word),
    ['level:loud', 'level:'],
  );
});
