import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, chosen, fitting } from '../../../webview/components/columns.ts';

const column = (
  id: string,
  width: number | 'rest',
  drop: number,
  hidden = false,
): Column<never> => ({
  id,
  name: id,
  title: id,
  width,
  drop,
  hidden,
  cell: () => id,
});

const ALL = [
  column('flag', 40, 0),
  column('path', 'rest', 0),
  column('bar', 100, 10),
  column('out', 60, 80),
  column('cpu', 60, 90, true),
  column('when', 60, 50),
];
const ids = (columns: Column<never>[]) => columns.map(({ id }) => id);

test('a narrow list leaves out columns in their order, and never the most important', () => {
  const shown = chosen(ALL, null);
  assert.deepEqual(ids(fitting(shown, 1000)), ['flag', 'path', 'bar', 'out', 'when']);
  assert.deepEqual(ids(fitting(shown, 450)), ['flag', 'path', 'bar', 'when']);
  assert.deepEqual(ids(fitting(shown, 400)), ['flag', 'path', 'bar']);
  assert.deepEqual(ids(fitting(shown, 100)), ['flag', 'path']);
});

test('chosen columns stand in their order; what is not to be left out is there anyway', () => {
  assert.deepEqual(ids(chosen(ALL, ['when', 'cpu'])), ['flag', 'path', 'cpu', 'when']);
  assert.deepEqual(ids(chosen(ALL, [])), ['flag', 'path']);
});
