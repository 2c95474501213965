/** The store: what is kept, within which bounds, and in which order it comes back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewEvent } from '../../../server/stream/events.ts';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { createStore } from '../../../server/stream/store.ts';

const LIMITS = { requests: 3, logs: 2, exceptions: 2, reloads: 2, metrics: 2 };

const WHO = { worker: 1, generation: 1, 'process.pid': 41 };

const head = (request: string) => ({
  ...WHO,
  request,
  'thread.id': 1,
  'http.request.method': 'GET',
  'url.path': '/',
  'url.query': '',
  'client.address': '127.0.0.1',
  trace_id: '0'.repeat(32),
});

const started = (request: string): NewEvent => ({
  type: 'request.started',
  time: 1,
  ...head(request),
});

const ended = (request: string): NewEvent => ({
  type: 'request.ended',
  time: 2,
  started: 1,
  ...head(request),
  'http.response.status_code': 200,
  'http.request.body.size': 0,
  'http.response.body.size': 2,
  duration: 1,
  phases: { read: 0, app: 1, iterate: 0, write: 0, close: 0 },
  cpu: 1,
  'http.route': null,
  view: null,
  framework: null,
  totals: {},
  findings: [],
  detail: 'full',
  own: 0,
  client_gone: false,
  logs: 0,
  exceptions: 0,
});

const log = (body: string, request?: string): NewEvent => ({
  type: 'log',
  time: 1,
  source: 'stdout',
  severity_number: 9,
  body,
  ...(request && { request }),
});

const worker = (pid: number, state: 'ready' | 'exited', slot = 1): NewEvent => ({
  type: 'worker',
  time: 1,
  worker: slot,
  generation: 1,
  'process.pid': pid,
  state,
  requests: 0,
});

const requestsOf = (events: KeptEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'request.ended' ? [event.request] : []));

test('the oldest requests go first, and no log evicts a request', () => {
  const store = createStore(LIMITS);
  for (const id of ['a', 'b', 'c', 'd']) store.record(ended(id));
  for (let line = 0; line < 100; line += 1) store.record(log(`line ${line}`));
  const history = store.history(0);
  assert.deepEqual(requestsOf(history), ['b', 'c', 'd']);
  assert.equal(history.filter((event) => event.type === 'log').length, 2);
});

test('history is in order and starts after a sequence number', () => {
  const store = createStore(LIMITS);
  for (const event of [ended('a'), log('one'), ended('b'), log('two')]) store.record(event);
  const sequences = store.history(1).map(({ sequence }) => sequence);
  assert.deepEqual(sequences, [2, 3, 4]);
  assert.deepEqual(store.bounds(), { oldest: 1, newest: 4 });
});

test('of a running request that ends only the end is kept', () => {
  const store = createStore(LIMITS);
  store.record(started('a'));
  assert.equal(store.request('a')?.request.type, 'request.started');
  store.record(ended('a'));
  assert.equal(store.request('a')?.request.type, 'request.ended');
  assert.equal(store.history(0).length, 1);
});

test('a worker that exits ends the requests that it was in', () => {
  const store = createStore(LIMITS);
  store.record(started('a'));
  store.record(worker(41, 'exited'));
  const details = store.request('a');
  assert.ok(details?.request.type === 'request.ended');
  assert.equal(details.request['http.response.status_code'], null);
  assert.equal(details.request.phases.app, null);
});

test('a request comes with its own log lines', () => {
  const store = createStore(LIMITS);
  store.record(log('mine', 'a'));
  store.record(log('not mine', 'b'));
  store.record(ended('a'));
  const bodies = store.request('a')?.logs.map(({ body }) => body);
  assert.deepEqual(bodies, ['mine']);
  assert.equal(store.request('absent'), null);
});

test('a worker that is gone is forgotten when its slot has another', () => {
  const store = createStore(LIMITS);
  store.record(worker(41, 'ready'));
  store.record(worker(41, 'exited'));
  store.record(worker(42, 'ready'));
  const pids = store.history(0).map((event) => event.type === 'worker' && event['process.pid']);
  assert.deepEqual(pids, [42]);
});

test('clear forgets what happened and keeps what is', () => {
  const store = createStore(LIMITS);
  store.record(worker(41, 'ready'));
  store.record(ended('a'));
  store.clear();
  assert.deepEqual(
    store.history(0).map(({ type }) => type),
    ['worker', 'cleared'],
  );
});

test('a listener hears of each event once, until it stops', () => {
  const store = createStore(LIMITS);
  const heard: number[] = [];
  const stop = store.subscribe(({ sequence }) => heard.push(sequence));
  store.record(ended('a'));
  stop();
  store.record(ended('b'));
  assert.deepEqual(heard, [1]);
});
