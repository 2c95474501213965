/** What the reload benchmark makes of the answers that its probes got. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Outcome, type Probe } from '../../bench/reload/verdict.ts';

const SAVED = 1000;

/** In ms after the save. */
const at = (sent: number, ended: number, outcome: Outcome): Probe => ({
  sent: SAVED + sent,
  ended: SAVED + ended,
  outcome,
});

test('every answer is new from the first new one after the last old one', () => {
  const verdict = judge(
    [
      at(-8, -5, 'old'),
      at(4, 9, 'old'),
      at(10, 40, 'new'),
      at(41, 45, 'old'),
      at(46, 50, 'new'),
      at(51, 55, 'new'),
    ],
    SAVED,
  );
  assert.deepEqual(verdict, { first: 40, all: 50, wait: 30, refused: 0, failed: 0, stale: 1 });
});

test('a request from before the save may be answered by the code before it', () => {
  const { all, stale, wait } = judge([at(-2, 30, 'old'), at(1, 20, 'new')], SAVED);
  assert.deepEqual({ all, stale, wait }, { all: 20, stale: 0, wait: 32 });
});

test('but it may not fail', () => {
  const verdict = judge([at(-2, 30, 'failed'), at(1, 20, 'new'), at(31, 33, 'new')], SAVED);
  assert.equal(verdict.failed, 1);
  assert.equal(verdict.all, 33);
});

test('refused requests are counted apart, and not all is new while there are some', () => {
  const verdict = judge([at(1, 5, 'new'), at(6, 7, 'refused'), at(8, 12, 'new')], SAVED);
  assert.deepEqual([verdict.refused, verdict.failed, verdict.first, verdict.all], [1, 0, 5, 12]);
});

test('an old answer to a request sent after the acknowledgement is stale', () => {
  const probes = [at(2, 6, 'old'), at(9, 12, 'old'), at(13, 20, 'new')];
  assert.equal(judge(probes, SAVED).stale, 0);
  assert.equal(judge(probes, SAVED, SAVED + 8).stale, 1);
});

test('what came before the save does not count, and never is told as never', () => {
  const { first, all, failed } = judge([at(-9, -1, 'failed'), at(1, 5, 'old')], SAVED);
  assert.deepEqual({ first, all, failed }, { first: Infinity, all: Infinity, failed: 0 });
});
