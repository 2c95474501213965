/** Which traces are kept when there is no room for all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import { createTraces, type StoredTrace } from '../../../server/stream/traces.ts';
import { ended } from '../../support/streamEvents.ts';
import { trace } from '../../support/traceSamples.ts';

const stored: StoredTrace = { bytes: 100, open: () => trace([]) };

let sequence = 0;

/** Of `route`, as a store has it. */
function request(route: string, changes: Partial<RequestEnded> = {}): RequestEnded {
  sequence += 1;
  const event = ended(sequence, { 'http.route': route, duration: 1_000, ...changes });
  return { ...event, sequence, time: sequence, started: sequence };
}

/** Those of `requests` whose traces are kept in `room` traces, by their place. */
function keptOf(requests: RequestEnded[], room: number): number[] {
  const traces = createTraces(room * stored.bytes);
  for (const event of requests) traces.keep(event, stored);
  assert.equal(
    traces.evicted,
    requests.filter(({ request }) => !traces.get(request)).length,
    'each that had to go is counted',
  );
  return requests.flatMap(({ request }, at) => (traces.get(request) ? [at] : []));
}

const many = (count: number, route: string): RequestEnded[] =>
  Array.from({ length: count }, () => request(route));

test('the oldest go first', () => {
  assert.deepEqual(keptOf(many(30, '/'), 12).slice(-7), [23, 24, 25, 26, 27, 28, 29]);
});

test('what failed stays longer than what did not', () => {
  const failures = [
    request('/', { 'http.response.status_code': 500 }),
    request('/', { 'http.response.status_code': null }),
    request('/', { exceptions: 1 }),
  ];
  assert.deepEqual(keptOf([...failures, ...many(50, '/')], 20).slice(0, 3), [0, 1, 2]);
});

test('the slowest of a route stay', () => {
  const slow = Array.from({ length: 5 }, () => request('/', { duration: 90_000 }));
  assert.deepEqual(keptOf([...slow, ...many(50, '/')], 20).slice(0, 5), [0, 1, 2, 3, 4]);
});

test('the last of a quiet route stay beside a busy one', () => {
  const kept = keptOf([...many(9, '/quiet'), ...many(100, '/busy')], 25);
  const quiet = kept.filter((at) => at < 9);
  assert.ok(quiet.length >= 5 && quiet.includes(8), `kept ${quiet}`);
});

test('a bound holds even if everything is precious', () => {
  const failures = Array.from({ length: 50 }, () =>
    request('/', { 'http.response.status_code': 500 }),
  );
  assert.deepEqual(keptOf(failures, 10).length, 10);
  assert.deepEqual(keptOf([request('/')], 0.5), [0], 'the newest is always kept');
});

test('clear forgets all', () => {
  const traces = createTraces();
  const event = request('/');
  traces.keep(event, stored);
  traces.clear();
  assert.equal(traces.get(event.request), null);
});
