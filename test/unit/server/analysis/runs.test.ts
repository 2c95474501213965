/** What is known of routes and lines: the run before an edit, statistics, results for an editor. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeStatistics } from '../../../../server/analysis/routeStatistics.ts';
import type { Profile, RequestEnded } from '../../../../server/stream/protocol.ts';
import { createStore, type Store } from '../../../../server/stream/store.ts';
import type { Trace } from '../../../../server/stream/trace.ts';
import { EPOCH, ended, requestId } from '../../../support/streamEvents.ts';
import { place, span, trace } from '../../../support/traceSamples.ts';

interface Run extends Partial<RequestEnded> {
  trace?: Trace;
}

/** Records runs of one route; the store tells of each. */
function recorded(store: Store, runs: Run[]): RequestEnded[] {
  const events: RequestEnded[] = [];
  const stop = store.subscribe((event) => {
    if (event.type === 'request.ended') events.push(event);
  });
  let number = store.ended().length;
  for (const { trace: kept, ...changes } of runs) {
    number += 1;
    const event = { ...ended(number, { 'http.route': '/orders/<id>', ...changes }) };
    const time = EPOCH + number * 1_000;
    const stored = kept && { bytes: 1, open: () => kept };
    store.record({ ...event, time, started: time } as never, stored);
  }
  stop();
  return events;
}

const beforeOf = (events: RequestEnded[]): (string | undefined)[] =>
  events.map(({ before }) => before?.request.replace(/^0+/, ''));

test('a request is told of with the last run on the code before, not on its own', () => {
  const runs = [1, 1, 2, 2, 4].map((generation) => ({ generation }));
  const events = recorded(createStore(), runs);
  assert.deepEqual(beforeOf(events), [undefined, undefined, '2', '2', '4']);
  const { request, generation, duration } = events[2]?.before ?? {};
  assert.deepEqual([request, generation, duration], [requestId(2), 1, 12_000]);
});

test('one that was answered alike is preferred', () => {
  const events = recorded(createStore(), [
    { generation: 1, 'http.response.status_code': 200 },
    { generation: 1, 'http.response.status_code': 404 },
    { generation: 2, 'http.response.status_code': 201 },
    { generation: 2, 'http.response.status_code': 500 },
  ]);
  assert.deepEqual(beforeOf(events), [undefined, undefined, '1', '2']);
});

test('other routes, clients that left and what came out of a file are no run before', () => {
  const events = recorded(createStore(), [
    { generation: 1, 'http.request.method': 'POST' },
    { generation: 1, client_gone: true },
    { generation: 0, imported: 'har' },
    { generation: 2 },
    { generation: 0, imported: 'har' },
  ]);
  assert.deepEqual(beforeOf(events), [undefined, undefined, undefined, undefined, undefined]);
});

test('a worker of old code that ends late is not compared with newer code', () => {
  const events = recorded(createStore(), [{ generation: 2 }, { generation: 1 }]);
  assert.deepEqual(beforeOf(events), [undefined, undefined]);
});

test('what is noise is told by runs that were answered alike', () => {
  const store = createStore();
  const [page] = recorded(store, [
    { generation: 1, duration: 40_000 },
    { generation: 1, duration: 2_000, 'http.response.status_code': 302 },
    { generation: 1, duration: 44_000 },
  ]);
  assert.deepEqual(store.durations(page as RequestEnded), [40_000, 44_000]);
});

test('statistics of a route are of runs that there were', () => {
  const store = createStore();
  recorded(store, [
    ...[30_000, 10_000, 20_000].map((duration) => ({ duration, generation: 1 })),
    { duration: 5_000, generation: 2, 'http.response.status_code': 500, findings: ['n+1'] },
    { 'http.route': null, 'url.path': '/static/a.css' },
  ]);
  const [orders, asset] = routeStatistics(store.ended());
  assert.equal(asset?.['http.route'], '/static/a.css');
  const { count, errors, median, p95, slowest, findings } = orders ?? {};
  assert.deepEqual(
    { count, errors, median, p95, slowest, findings },
    { count: 4, errors: 1, median: 10_000, p95: 30_000, slowest: 30_000, findings: ['n+1'] },
  );
  assert.deepEqual([orders?.last.generation, orders?.before?.generation], [2, 1]);
});

const VIEW = place('views.py', 3, 'orders');
const QUERY = place('views.py', 9, 'orders');
const TEMPLATE = place('list.html', 4);
const files = [VIEW, TEMPLATE].map((one) => one['code.file.path']);
const viewed = span('view', 'views.orders', [0, 12_000], { site: VIEW });
const finding = { kind: 'n+1', text: 'A', site: QUERY, template: TEMPLATE, count: 9 } as const;
const slow = trace([viewed], { findings: [{ ...finding, wasted: 8_000 }] });

const linesOf = (store: Store): string[] =>
  store
    .lines(files)
    .map(({ kind, place: { ...at }, count, duration }) =>
      [
        kind,
        `${at['code.file.path'].split('/').at(-1)}:${at['code.line.number']}`,
        count,
        duration,
      ].join(' '),
    );

test('lines: the view, and both lines that cause an N+1, until a run without it', () => {
  const store = createStore();
  const totals = { sql: { count: 9, duration: 9_000 } };
  recorded(store, [{ trace: slow, totals, findings: ['n+1'] }]);
  assert.deepEqual(linesOf(store), [
    'view views.py:3 9 12000',
    'n+1 views.py:9 9 8000',
    'n+1 list.html:4 9 8000',
  ]);
  recorded(store, [{ trace: trace([viewed]), duration: 4_000 }]);
  assert.deepEqual(linesOf(store), ['view views.py:3 0 4000']);
  store.clear();
  assert.deepEqual(linesOf(store), []);
});

test('lines: a request without a trace says nothing, and takes nothing away', () => {
  const store = createStore();
  recorded(store, [{ trace: slow }, { detail: 'summary' }, { client_gone: true, trace: slow }]);
  assert.equal(store.lines(files)[0]?.request, requestId(1));
});

test('hot lines are the innermost own ones; small shares are left out', () => {
  const frame = (file: string, line: number, own: boolean) => ({
    ...place(file, line, 'quote'),
    'code.function.name': 'quote',
    own,
  });
  const profile: Profile = {
    rate: 100,
    start: 50_000,
    frames: [frame('views.py', 3, true), frame('lib.py', 9, false), frame('views.py', 7, true)],
    stacks: [[0, 1], [0, 2], [1]],
    samples: [
      [0, 60_000, 'waiting'],
      [1, 2_000, 'running'],
      [2, 10_000, 'running'],
      [0, 28_000, 'native'],
    ],
  };
  const store = createStore();
  recorded(store, [{ trace: trace([], { profile }) }]);
  assert.deepEqual(linesOf(store), ['hot views.py:3 2 88000']);
});

test('a file has its twenty weightiest lines', () => {
  const findings = Array.from({ length: 30 }, (_, index) => ({
    kind: 'n+1' as const,
    text: 'A',
    site: place('views.py', index + 1, 'orders'),
    count: 9,
    wasted: index,
  }));
  const store = createStore();
  recorded(store, [{ trace: trace([], { findings }) }]);
  const lines = store.lines(files);
  assert.deepEqual([lines.length, lines[0]?.duration, lines.at(-1)?.duration], [20, 29, 10]);
});
