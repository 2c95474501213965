import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots } from '../../../extension/debug/slots.ts';

test('one worker, then another', () => {
  const slots = createSlots();
  slots.add(2);
  assert.deepEqual([1, 2].map(slots.has), [false, true]);
  slots.add(1);
  slots.remove(2);
  assert.deepEqual([1, 2].map(slots.has), [true, false]);
});

test('all but the one that the user detached from, until it is asked for again', () => {
  const slots = createSlots();
  slots.add('all');
  slots.remove(2);
  assert.deepEqual([1, 2, 3].map(slots.has), [true, false, true]);
  slots.add(2);
  assert.equal(slots.has(2), true);
  slots.clear();
  assert.deepEqual([1, 2, 3].map(slots.has), [false, false, false]);
});

test('empty until one is added, and once all are removed or cleared', () => {
  const slots = createSlots();
  assert.equal(slots.empty, true);
  slots.add(2);
  assert.equal(slots.empty, false);
  slots.remove(2);
  assert.equal(slots.empty, true);
  slots.add('all');
  slots.remove(1);
  assert.equal(slots.empty, false);
  slots.clear();
  assert.equal(slots.empty, true);
});
