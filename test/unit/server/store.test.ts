/** The store: what is kept, within which bounds, and in which order it comes back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewEvent } from '../../../server/stream/events.ts';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { createStore } from '../../../server/stream/store.ts';
import type { StoredTrace } from '../../../server/stream/traces.ts';
import * as samples from '../../support/streamEvents.ts';
import { trace } from '../../support/traceSamples.ts';

const LIMITS = {
  requests: 3,
  logs: 2,
  exceptions: 2,
  reloads: 2,
  metrics: 2,
  traceBytes: 1_000,
  least: 0,
};

const WHO = { worker: 1, generation: 1, 'process.pid': 41 };

const started = (request: string): NewEvent => ({
  time: 1,
  ...samples.started(1, { ...WHO, request }),
});

const ended = (request: string, path = '/'): NewEvent => ({
  time: 2,
  started: 1,
  ...samples.ended(1, { ...WHO, request, 'url.path': path }),
});

const log = (body: string, request?: string): NewEvent => ({
  time: 1,
  ...samples.log(body, request === undefined ? {} : { request }),
});

const worker = (pid: number, state: 'ready' | 'exited'): NewEvent => ({
  time: 1,
  ...samples.worker(1, { 'process.pid': pid, state }),
});

const stored = (tracestate: string, bytes: number): StoredTrace => ({
  bytes,
  open: () => trace([], { tracestate }),
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

test('a busy route evicts no quiet one, and what had to go is counted', () => {
  const store = createStore({ ...LIMITS, requests: 6, least: 2 });
  for (const id of ['q1', 'q2', 'q3']) store.record(ended(id, '/quiet'));
  for (let number = 0; number < 20; number += 1) store.record(ended(`b${number}`, '/busy'));
  assert.deepEqual(requestsOf(store.history(0)), ['q2', 'q3', 'b16', 'b17', 'b18', 'b19']);
  assert.deepEqual(store.evicted(), { requests: 17, logs: 0, exceptions: 0, traces: 0 });
});

test('a trace comes with its request until it has to go', () => {
  const store = createStore(LIMITS);
  store.record(ended('a'), stored('of a', 900));
  assert.equal(store.request('a')?.trace?.tracestate, 'of a');
  store.record(ended('b'), stored('of b', 900));
  assert.equal(store.request('a')?.trace, null);
  assert.equal(store.request('b')?.trace?.tracestate, 'of b');
  assert.equal(store.evicted().traces, 1);
});

test('of what a worker left out the last count is kept, also when it is gone', () => {
  const store = createStore(LIMITS);
  const dropped = { type: 'dropped', time: 1, logs: 0, exceptions: 0, ...WHO } as const;
  store.record(worker(41, 'ready'));
  store.record({ ...dropped, requests: 1 });
  store.record({ ...dropped, requests: 7 });
  store.record(worker(41, 'exited'));
  store.record(worker(42, 'ready'));
  const counts = store.history(0).flatMap((event) => event.type === 'dropped' && event.requests);
  assert.deepEqual(counts.filter(Boolean), [7]);
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
