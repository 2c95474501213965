/** Captured texts on their way to the screen: SQL, bodies, and what cannot be seen. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsedBody } from '../../../webview/model/bodyText.ts';
import { sqlSummary, sqlTokens, withLines } from '../../../webview/model/sqlText.ts';
import { visible } from '../../../webview/visible.ts';
import { ORDERS_SQL } from '../../support/traceSamples.ts';

const whole = (sql: string): string =>
  sqlTokens(sql)
    .map(({ text }) => text)
    .join('');

test('no character of SQL is lost, whatever it is', () => {
  const strange = [
    "SELECT 'it''s' -- no",
    '/* open',
    "'",
    '"',
    '[a] `b',
    '%(x)s $1 ?2 :a ::int',
    '\u0000\ud800',
  ];
  for (const sql of [ORDERS_SQL, ...strange, `SELECT '${'x'.repeat(50_000)}`])
    assert.equal(whole(sql), sql);
});

test('words of SQL are told apart', () => {
  const kinds = sqlTokens("select a::int from t where b = 'from' and c = %s").map(
    ({ kind, text }) => `${kind} ${text.trim()}`,
  );
  assert.deepEqual(kinds, [
    'keyword select',
    'plain a::int',
    'keyword from',
    'plain t',
    'keyword where',
    'plain b =',
    "string 'from'",
    'plain ',
    'keyword and',
    'plain c =',
    'parameter %s',
  ]);
});

test('clauses begin lines, but not in brackets, nor the AND of BETWEEN; lines of its own are kept', () => {
  const lines = (sql: string) =>
    withLines(sqlTokens(sql))
      .map(({ text }) => text)
      .join('');
  assert.equal(
    lines('SELECT a FROM t LEFT OUTER JOIN u ON (t.i = u.i AND u.x) WHERE a BETWEEN 1 AND 2 OR b'),
    'SELECT a\nFROM t\nLEFT OUTER JOIN u ON (t.i = u.i AND u.x)\nWHERE a BETWEEN 1 AND 2\n  OR b',
  );
  assert.equal(lines('SELECT a\nFROM t WHERE b'), 'SELECT a\nFROM t WHERE b');
});

test('a statement is named by what it does to which tables', () => {
  assert.equal(sqlSummary(ORDERS_SQL), 'SELECT orders_order shop_user');
  assert.equal(sqlSummary('insert into log (a) values (%s)'), 'INSERT log');
  assert.equal(sqlSummary('UPDATE "a" SET x = (SELECT 1 FROM b)'), 'UPDATE a b');
  assert.equal(sqlSummary('SAVEPOINT s1'), 'SAVEPOINT');
});

test('bodies are read where they are whole', () => {
  const body = { size: 1, cut: 0, content_type: 'application/problem+json', text: '{"a":1}' };
  assert.deepEqual(parsedBody(body), { json: '{\n  "a": 1\n}' });
  assert.equal(parsedBody({ ...body, cut: 9 }), null);
  assert.equal(parsedBody({ ...body, text: '{' }), null);
  const form = { ...body, content_type: 'application/x-www-form-urlencoded; charset=utf-8' };
  assert.deepEqual(parsedBody({ ...form, text: 'a=1+2&a=%C3%A4' }), {
    form: [
      ['a', '1 2'],
      ['a', 'ä'],
    ],
  });
});

test('what has no look of its own is shown as a sign, and nothing else is touched', () => {
  assert.equal(visible('tab\tline\nä 😀 👩‍👧 العربية'), 'tab\tline\nä 😀 👩‍👧 العربية');
  assert.equal(visible('\u001b[0m\u0000\u007f'), '␛[0m␀␡');
  assert.equal(visible('a\u202eb\u200bc'), 'a⟨202E⟩b⟨200B⟩c');
  assert.equal(visible('\ud800 \udc00 \ud83d\ude00'), '� � 😀');
});
