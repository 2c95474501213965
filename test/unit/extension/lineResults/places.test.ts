/** Where results stand while their file is edited. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, createPlaces } from '../../../../extension/views/lineResults/places.ts';
import { requestId } from '../../../support/streamEvents.ts';
import { resultAt } from './samples.ts';

type At = [line: number, character: number];

const change = ([line, character]: At, [toLine, toCharacter]: At, text: string): Change => ({
  range: { start: { line, character }, end: { line: toLine, character: toCharacter } },
  text,
});

/** Where a result of line 10, from 1, is then; from 1, too. */
function after(...changes: Change[]): number | null {
  const places = createPlaces();
  places.take([resultAt(10)]);
  places.edit(changes);
  const line = places.all[0]?.line ?? null;
  return line === null ? null : line + 1;
}

test('an edit above moves it, one below does not', () => {
  assert.equal(after(), 10);
  assert.equal(after(change([2, 0], [2, 0], 'import os\nimport re\n')), 12);
  assert.equal(after(change([2, 0], [5, 0], '')), 7);
  assert.equal(after(change([2, 4], [2, 8], 'name')), 10);
  assert.equal(after(change([12, 0], [13, 0], '')), 10);
});

test('an edit of its own line ends it', () => {
  assert.equal(after(change([9, 4], [9, 4], 'x')), null);
  assert.equal(after(change([7, 3], [9, 2], '')), null);
  assert.equal(after(change([8, 3], [9, 0], '')), null, 'joined to the line above');
  assert.equal(after(change([9, 4], [9, 4], '\n')), null, 'split');
});

test('lines put right before it, or taken away there, only push it', () => {
  assert.equal(after(change([9, 0], [9, 0], '# a comment\n')), 11);
  assert.equal(after(change([8, 12], [8, 12], '\n')), 11);
  assert.equal(after(change([7, 0], [9, 0], '')), 8);
  assert.equal(after(change([7, 0], [9, 0], 'one\ntwo\nthree\n')), 11);
});

test('several edits, the lowest first, as the editor tells of them', () => {
  assert.equal(after(change([20, 0], [20, 0], 'x\n'), change([1, 0], [1, 0], 'x\n')), 11);
});

test('what is told again stays where it is, or gone; what is new stands where it says', () => {
  const places = createPlaces();
  const [moved, edited] = [resultAt(10), resultAt(12)];
  places.take([moved, edited]);
  places.edit([change([11, 2], [11, 2], 'x'), change([0, 0], [0, 0], '\n')]);
  const lines = () => places.all.map(({ line }) => line);
  assert.deepEqual(lines(), [10, null]);
  places.take([moved, edited]);
  assert.deepEqual(lines(), [10, null]);
  places.take([resultAt(11, { request: requestId(2) })]);
  assert.deepEqual(lines(), [10]);
  places.take([]);
  assert.deepEqual(lines(), []);
});
