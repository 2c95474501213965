/** N+1 and duplicates: what is found, what it cost, and what is let pass. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapturedTrace, SpanTuple } from '../../../server/arbiter/capturedTrace.ts';
import { expandTrace } from '../../../server/arbiter/capturedTrace.ts';
import { findIn } from '../../../server/arbiter/findings.ts';
import type { Finding, SpanAttributes } from '../../../server/stream/trace.ts';

const TEXTS = ['SELECT * FROM author WHERE id = ?', 'SAVEPOINT "s1"', 'SELECT 1'];
const SITES: [string, number, string][] = [
  ['views.py', 7, 'index'],
  ['views.py', 9, 'index'],
];
const AUTHOR = 0;
const SAVEPOINT = 1;
const CONSTANT = 2;

const sql = (text: number, digest?: string, more: SpanAttributes = {}, site = 0): SpanTuple => {
  const attributes = digest === undefined ? more : { parameters_digest: digest, ...more };
  return ['sql', -1, 0, 10, text, site, attributes];
};

const each = (digests: string[], text = AUTHOR): SpanTuple[] =>
  digests.map((digest) => sql(text, digest));

/** As the stream tells of them. */
function found(spans: SpanTuple[], more: Partial<CapturedTrace> = {}): Finding[] {
  const captured = { spans, texts: TEXTS, sites: SITES, ...more };
  return expandTrace(captured, findIn(captured)).findings;
}

test('five of one line with differing parameters are an N+1; all but the first are wasted', () => {
  const [finding, ...others] = found(each(['a', 'b', 'c', 'd', 'e']));
  assert.deepEqual(finding, {
    kind: 'n+1',
    text: TEXTS[AUTHOR],
    site: {
      'code.file.path': 'views.py',
      'code.line.number': 7,
      'code.function.name': 'index',
    },
    count: 5,
    wasted: 40,
  });
  assert.deepEqual(others, []);
});

test('some of them may be equal, but not all', () => {
  assert.deepEqual(
    found(each(['a', 'b', 'a', 'b', 'a'])).map(({ kind, count }) => [kind, count]),
    [['n+1', 5]],
  );
  assert.deepEqual(
    found(each(['a', 'a', 'a', 'a', 'a'])).map(({ kind, count }) => [kind, count]),
    [['duplicate', 5]],
  );
});

test('fewer than five are none, but for those that are the same', () => {
  assert.deepEqual(found(each(['a', 'b', 'c', 'd'])), []);
  const [duplicate] = found(each(['a', 'b', 'a', 'c']));
  assert.deepEqual([duplicate?.kind, duplicate?.count, duplicate?.wasted], ['duplicate', 2, 10]);
});

test('another line, or another statement, is another matter', () => {
  const lines = [sql(AUTHOR, 'a'), sql(AUTHOR, 'a', {}, 1), sql(CONSTANT, 'a')];
  assert.deepEqual(found(lines), []);
  const nowhere = [sql(AUTHOR, 'a', {}, -1), sql(AUTHOR, 'a', {}, -1)];
  assert.equal(found(nowhere)[0]?.site, null);
});

test('transactions repeat by right', () => {
  const digests = ['', '', '', '', '', ''];
  assert.deepEqual(found(each(digests, SAVEPOINT)), []);
  for (const text of ['BEGIN', ' commit', 'RELEASE SAVEPOINT "s1"', 'ROLLBACK TO SAVEPOINT "s"']) {
    assert.deepEqual(found(each(digests, 0), { texts: [text] }), [], text);
  }
});

test('parameters that are not known are taken for nothing', () => {
  assert.deepEqual(found([sql(AUTHOR), sql(AUTHOR)]), []);
  assert.deepEqual(found([sql(CONSTANT), sql(CONSTANT)]), []);
});

test('the template’s line is told if one is known', () => {
  const template = { 'code.file.path': 'list.html', 'code.line.number': 14 };
  const spans = [...each(['a', 'b', 'c', 'd']), sql(AUTHOR, 'e', { template })];
  assert.deepEqual(found(spans)[0]?.template, template);
});

test('what is beyond the bound of a trace belongs to the N+1 before it, and else to nothing', () => {
  const groups: CapturedTrace['groups'] = [
    ['sql', AUTHOR, 0, 4_000, 9_000, 20],
    ['template', AUTHOR, 0, 4_000, 9_000, 20],
    ['sql', CONSTANT, 0, 4_000, 9_000, 20],
  ];
  const [finding, ...others] = found(each(['a', 'b']), { groups });
  assert.deepEqual([finding?.kind, finding?.count, finding?.wasted], ['n+1', 4_002, 9_010]);
  assert.deepEqual(others, []);
  assert.deepEqual(found([], { groups }), []);
});

test('the costliest come first, and other kinds of span are no statements', () => {
  const cache: SpanTuple[] = Array.from({ length: 9 }, () => ['cache', -1, 0, 9, 0, 0, {}]);
  const spans = [
    ...cache,
    sql(CONSTANT, ''),
    sql(CONSTANT, ''),
    ...each(['a', 'b', 'c', 'd', 'e']),
  ];
  assert.deepEqual(
    found(spans).map(({ kind, wasted }) => [kind, wasted]),
    [
      ['n+1', 40],
      ['duplicate', 10],
    ],
  );
});
