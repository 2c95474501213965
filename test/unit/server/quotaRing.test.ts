/** The list that keeps the last few of each key. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQuotaRing } from '../../../server/stream/quotaRing.ts';

const fill = (items: string[], capacity: number, least: number) => {
  const ring = createQuotaRing<string>({ capacity, least, keyOf: (item) => item[0] ?? '' });
  for (const item of items) ring.push(item);
  return ring;
};

const numbered = (key: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${key}${at}`);

test('without a quota it is an ordinary bounded list', () => {
  const ring = fill(numbered('a', 5), 3, 0);
  assert.deepEqual(ring.items(), ['a2', 'a3', 'a4']);
  assert.equal(ring.evicted, 2);
});

test('the last of each key are kept, and give way to newer ones of their own', () => {
  const items = [...numbered('q', 3), ...numbered('b', 50), 'q3', ...numbered('b', 50)];
  const ring = fill(items, 10, 2);
  assert.deepEqual(
    ring.items().filter((item) => item.startsWith('q')),
    ['q2', 'q3'],
  );
  assert.equal(ring.items().length, 10);
  assert.equal(ring.evicted, items.length - 10);
});

test('what is reserved fills no more than half', () => {
  const items = Array.from({ length: 2_000 }, (_, at) => String.fromCharCode(256 + at));
  const ring = fill(items, 10, 5);
  assert.deepEqual(ring.items(), [...items.slice(0, 5), ...items.slice(-5)]);
});

test('a cleared list starts anew', () => {
  const ring = fill(numbered('a', 5), 3, 2);
  ring.clear();
  assert.deepEqual(ring.items(), []);
  ring.push('a9');
  assert.deepEqual(ring.items(), ['a9']);
});

test('long lists keep their order', () => {
  const ring = fill(numbered('a', 10_000), 1_500, 20);
  assert.deepEqual(ring.items(), numbered('a', 10_000).slice(-1_500));
});
