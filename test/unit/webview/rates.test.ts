import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricsEvent } from '../../../server/stream/capture.ts';
import { quantile, ratesOf } from '../../../webview/model/rates.ts';

/** `counts` by index of the bucket. */
function metrics(second: number, worker: number, counts: Record<number, number>): MetricsEvent {
  const buckets = Array.from({ length: 15 }, (_, index) => counts[index] ?? 0);
  return {
    type: 'metrics',
    sequence: second * 10 + worker,
    time: second * 1e6 + 200_000,
    worker,
    generation: 1,
    'process.pid': 4000 + worker,
    requests: buckets.reduce((sum, count) => sum + count, 0),
    errors: counts[14] ?? 0,
    buckets,
    full: 0,
    summary: 0,
    own: 0,
    cpu: 0,
  };
}

test('workers are added up by second, and a second without requests is one', () => {
  const events = [metrics(101, 1, { 1: 4 }), metrics(101, 2, { 3: 2 }), metrics(103, 1, { 14: 1 })];
  const rates = ratesOf(events, 100, 103);
  assert.deepEqual(
    rates.map(({ time, requests, errors }) => [time, requests, errors]),
    [
      [100, 6, 0],
      [101, 0, 0],
      [102, 1, 1],
    ],
  );
  const [both] = ratesOf(events, 100, 103, 10);
  assert.deepEqual([both?.time, both?.requests], [100, 7]);
});

test('a quantile lies within its bucket; there is none without requests', () => {
  const [rate] = ratesOf([metrics(101, 1, { 0: 50, 5: 50 })], 100, 101);
  assert.ok(rate);
  assert.equal(quantile(rate, 0.25), 0.0025);
  assert.equal(quantile(rate, 0.5), 0.005);
  assert.equal(quantile(rate, 0.75), 0.0875);
  const [slow] = ratesOf([metrics(101, 1, { 14: 3 })], 100, 101);
  assert.ok(slow);
  assert.equal(quantile(slow, 0.5), 10, 'the last bound, for what is beyond it');
  const [idle] = ratesOf([], 100, 101);
  assert.ok(idle);
  assert.equal(quantile(idle, 0.5), null);
});
