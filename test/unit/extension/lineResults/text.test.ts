/** What is said at the end of a line. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWarning, textOf } from '../../../../extension/views/lineResults/text.ts';
import { resultAt } from './samples.ts';

test('a view: route, time, queries, what was found', () => {
  assert.equal(textOf([resultAt(1)]), 'GET /orders/ 412 ms · 101 SQL');
  const found = resultAt(1, { findings: ['n+1', 'duplicate'] });
  assert.equal(textOf([found]), 'GET /orders/ 412 ms · 101 SQL ▲N+1 ▲duplicate');
  assert.equal(textOf([resultAt(1, { count: 0, duration: 1234 })]), 'GET /orders/ 1.2 ms');
  assert.equal(textOf([resultAt(1, { count: 0, duration: 32 })]), 'GET /orders/ 32 µs');
  assert.equal(textOf([resultAt(1, { count: 0, duration: 4_836_000 })]), 'GET /orders/ 4.84 s');
});

test('lines that cause something, and hot ones', () => {
  const wasted = { count: 97, duration: 240_000 };
  assert.equal(
    textOf([resultAt(1, { kind: 'n+1', ...wasted })]),
    '▲ 97× same query · 240 ms wasted',
  );
  assert.equal(
    textOf([resultAt(1, { kind: 'duplicate', ...wasted })]),
    '▲ 97× same query, same parameters · 240 ms wasted',
  );
  assert.equal(textOf([resultAt(1, { kind: 'hot', share: 0.618 })]), '62 % of the last profile');
});

test('several of one line: the view first, what is hot last', () => {
  const results = [resultAt(1, { kind: 'hot', share: 1 }), resultAt(1)];
  assert.equal(textOf(results), 'GET /orders/ 412 ms · 101 SQL · 100 % of the last profile');
});

test('what was found stands out; a line is not to blame for what its request found elsewhere', () => {
  assert.equal(isWarning([resultAt(1)]), false);
  assert.equal(isWarning([resultAt(1, { kind: 'hot', findings: ['n+1'] })]), false);
  assert.equal(isWarning([resultAt(1, { kind: 'n+1', findings: ['n+1'] })]), true);
});
