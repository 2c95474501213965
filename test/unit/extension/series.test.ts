import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeries } from '../../../extension/series.ts';

test('the first of a series is told, and the next when it has been quiet for a while', () => {
  let time = 0;
  const series = createSeries(60, () => time);
  const begins = (at: number, subject: string) => {
    time = at;
    return series.begins(subject);
  };
  assert.deepEqual(
    [begins(0, 'shop'), begins(50, 'shop'), begins(100, 'shop'), begins(100, 'blog')],
    [true, false, false, true],
  );
  assert.equal(begins(161, 'shop'), true);
});
