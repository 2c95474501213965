import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptEvent, StreamEvent } from '../../../server/stream/protocol.ts';
import { createClock } from '../../../webview/model/clock.ts';
import { hasError, isInFlight, type RequestRow } from '../../../webview/model/rows.ts';
import { Store } from '../../../webview/model/store.ts';
import * as make from '../../support/streamEvents.ts';

const hello = (newest: number, oldest = 1): StreamEvent => ({
  type: 'hello',
  protocol: 1,
  version: '0.1.0',
  oldest,
  newest,
});

function feed(store: Store, ...events: make.Unkept[]): Store {
  store.apply(events.map(make.sequencer(store.last + 1)));
  return store;
}

const requestRow = (store: Store, number: number): RequestRow => {
  const row = store.request(make.requestId(number));
  assert.ok(row, `request ${number} is kept`);
  return row;
};

test('a request is one row from its start to its end', () => {
  const store = feed(new Store(), make.started(1), make.ended(2));
  assert.equal(isInFlight(requestRow(store, 1)), true);
  assert.deepEqual(store.inFlight(), [requestRow(store, 1)]);

  feed(store, make.ended(1, { duration: 80_000 }));
  assert.equal(store.rows.length, 2);
  assert.equal(store.rows[0], requestRow(store, 1));
  assert.equal(requestRow(store, 1).ended?.duration, 80_000);
  assert.deepEqual(store.inFlight(), []);
});

test('what the server had and gave up before the page came is counted once', () => {
  const evicted = { requests: 30, logs: 4, exceptions: 1, traces: 90 };
  const store = new Store();
  store.apply([{ ...hello(40), evicted } as StreamEvent]);
  feed(store, make.ended(1));
  assert.equal(store.forgotten, 34);
  store.apply([{ ...hello(41), evicted: { ...evicted, requests: 31 } } as StreamEvent]);
  assert.equal(store.forgotten, 34, 'the page kept on its own what the server gave up since');
});

test('log lines and exceptions mark their request, whichever comes first', () => {
  const request = make.requestId(1);
  const store = feed(
    new Store(),
    make.log('early', { request, severity_number: 13 }),
    make.started(1),
    make.log('late', { request }),
    make.exception('e1', { request }),
  );
  const { logs, exceptions, severity } = requestRow(store, 1);
  assert.deepEqual({ logs, exceptions, severity }, { logs: 2, exceptions: 1, severity: 13 });
  assert.deepEqual(
    store.logsOf(request).map((line) => line.body),
    ['early', 'late'],
  );
  assert.equal(store.exceptionsOf(request)[0]?.exception, 'e1');

  feed(store, make.ended(1, { logs: 2, exceptions: 1 }));
  assert.equal(requestRow(store, 1).logs, 2);
});

test('what a dead worker had in flight is lost; what others have goes on', () => {
  const store = feed(
    new Store(),
    make.started(1, { worker: 1 }),
    make.started(2, { worker: 2 }),
    make.worker(1, { state: 'exited', exit: { code: null, signal: 'SIGKILL' } }),
  );
  assert.equal(requestRow(store, 1).abandoned, true);
  assert.deepEqual(store.inFlight(), [requestRow(store, 2)]);
});

test('a request that the server ended for a dead worker is lost', () => {
  const phases = { read: null, app: null, iterate: null, write: null, close: null };
  const cutShort = make.ended(1, { 'http.response.status_code': null, phases });
  const store = feed(new Store(), make.started(1), cutShort, make.ended(2));
  assert.equal(requestRow(store, 1).abandoned, true);
  assert.equal(requestRow(store, 2).abandoned, false);
});

test('an exception that is an answer by itself is no error', () => {
  const notFound = { request: make.requestId(1), kind: 'handled' } as const;
  const store = feed(
    new Store(),
    make.exception('e1', notFound),
    make.ended(1, { 'http.response.status_code': 404, exceptions: 1 }),
    make.exception('e2', { request: make.requestId(2), kind: 'logged' }),
    make.ended(2, { exceptions: 1 }),
  );
  const errors = [1, 2].map((number) => hasError(requestRow(store, number)));
  assert.deepEqual(errors, [false, true]);
});

test('a reload is one row that says which generation answered before', () => {
  const store = feed(
    new Store(),
    make.reload(1),
    make.reload(2, { phase: 'started' }),
    make.ended(1),
    make.reload(2, { phase: 'ready' }),
    make.reload(3, { phase: 'failed', exception: 'e1' }),
    make.reload(4),
  );
  const reloads = store.rows.filter((row) => row.kind === 'reload');
  assert.deepEqual(
    reloads.map((row) => [row.previous, row.reload.generation, row.reload.phase]),
    [
      [null, 1, 'ready'],
      [1, 2, 'ready'],
      [2, 3, 'failed'],
      [3, 4, 'ready'],
    ],
  );
  assert.equal(store.generation, 4);
});

test('a reload counts the requests that older code still answered', () => {
  const store = new Store();
  const at = (sequence: number, event: make.Unkept, started: number, time: number): KeptEvent =>
    ({ ...event, started, time, sequence }) as KeptEvent;
  store.apply([
    at(1, make.reload(1), 0, 100),
    at(2, make.reload(2, { phase: 'started' }), 0, 1000),
    at(3, make.ended(1), 200, 900),
    at(4, make.ended(2), 900, 1200),
    at(5, make.reload(2), 0, 1300),
    at(6, make.ended(3), 950, 5000),
    at(7, make.ended(4, { generation: 2 }), 990, 5000),
  ]);
  const [, second] = store.rows.filter((row) => row.kind === 'reload');
  assert.equal(second?.drained, 2);
});

test('a failure is known until a later generation is ready', () => {
  const exception = make.exception('e1', { kind: 'import', 'exception.type': 'SyntaxError' });
  const failed = make.reload(2, { phase: 'failed', exception: 'e1' });
  const store = feed(new Store(), make.reload(1), exception, failed);
  assert.equal(store.failure?.exception?.['exception.type'], 'SyntaxError');
  feed(store, make.reload(3));
  assert.equal(store.failure, null);
});

test('a slot shows its newest worker, whatever the old one still says', () => {
  const store = feed(
    new Store(),
    make.server(),
    make.worker(1, { 'process.pid': 11 }),
    make.worker(2, { 'process.pid': 12 }),
    make.worker(1, { 'process.pid': 21, generation: 2, state: 'booting' }),
    make.worker(1, { 'process.pid': 11, state: 'retiring' }),
    make.worker(1, { 'process.pid': 11, state: 'exited' }),
    make.worker(3, { 'process.pid': 13, state: 'exited' }),
  );
  assert.deepEqual(
    store.workers.map((event) => [event.worker, event['process.pid'], event.state]),
    [
      [1, 21, 'booting'],
      [2, 12, 'ready'],
    ],
  );
});

test('rows are in the order of their start, however late they come', () => {
  const store = new Store();
  const at = make.sequencer();
  const starts = [300, 100, 200, 200, 400];
  store.apply(starts.map((start, index) => at(make.ended(index, { started: start }))));
  assert.deepEqual(
    store.rows.map((row) => row.kind === 'request' && row.head['url.path']),
    ['/orders/1', '/orders/2', '/orders/3', '/orders/0', '/orders/4'],
  );
  assert.equal(new Set(store.rows.map((row) => row.key)).size, 5, 'keys differ');
});

test('lists are bounded and say what they forgot', () => {
  const store = new Store({ rows: 100, logs: 50, exceptions: 10, metrics: 10 });
  const requests = Array.from({ length: 120 }, (_, number) => make.ended(number));
  feed(store, ...requests, ...Array.from({ length: 60 }, () => make.log('line')));
  assert.deepEqual([store.rows.length, store.logs.length, store.forgotten], [100, 50, 30]);
  assert.equal(store.request(make.requestId(0)), undefined);
  assert.ok(store.request(make.requestId(20)));
});

test('a gap in what happens is lost; one in the history is none', () => {
  const store = new Store();
  store.apply([hello(22, 5)]);
  const at = (sequence: number): KeptEvent => make.sequencer(sequence)(make.log('line'));
  store.apply([at(5), at(6), at(10), at(20)]);
  assert.equal(store.lost, 0);
  store.apply([at(23), at(26)]);
  assert.equal(store.lost, 2);
  assert.equal(store.last, 26);

  store.apply([hello(30), at(31)]);
  assert.equal(store.lost, 2);
});

test('an event that was seen before is not shown twice', () => {
  const store = new Store();
  const event = make.sequencer()(make.log('once'));
  store.apply([event, event]);
  store.apply([event]);
  assert.equal(store.logs.length, 1);
});

test('dropped events count since their sender started', () => {
  const store = feed(
    new Store(),
    { type: 'dropped', ...pid(1), requests: 1, logs: 10, exceptions: 0 },
    { type: 'dropped', ...pid(1), requests: 2, logs: 30, exceptions: 1 },
    { type: 'dropped', ...pid(2), requests: 0, logs: 4, exceptions: 0 },
  );
  assert.equal(store.dropped, 33 + 4);
  assert.equal(store.lost, 0);
});

const pid = (worker: number) => ({ worker, generation: 1, 'process.pid': 100 + worker });

test('clearing keeps the server, its workers and the failure of the code', () => {
  const store = feed(
    new Store(),
    make.server(),
    make.worker(1),
    make.ended(1),
    make.log('x'),
    make.reload(2, { phase: 'failed' }),
  );
  store.clear();
  assert.deepEqual([store.rows.length, store.logs.length, store.forgotten], [0, 0, 0]);
  assert.equal(store.server?.app, 'wsgi:application');
  assert.equal(store.workers.length, 1);
  assert.equal(store.failure?.reload.generation, 2);
});

test('another server on the same address starts everything over', () => {
  const store = feed(new Store(), make.server(), make.worker(1), make.ended(1), make.ended(2));
  store.apply([hello(1)]);
  assert.deepEqual([store.rows.length, store.workers.length, store.last], [0, 0, 0]);
  feed(store, make.ended(3));
  assert.equal(store.rows.length, 1);
});

test('the clock takes the least delay of live events for the offset', () => {
  let page = 1000;
  const clock = createClock(() => page);
  assert.equal(clock.now(), 1000);
  clock.observe(400);
  clock.observe(480);
  clock.observe(450);
  page = 2000;
  assert.equal(clock.now(), 2000 - 520);
});
