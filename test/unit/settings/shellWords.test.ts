import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWords } from '../../../server/settings/shellWords.ts';

test('words as a shell splits them', () => {
  const cases: [string, string[]][] = [
    ['', []],
    ['  ', []],
    ['-w 4\t--reload\n', ['-w', '4', '--reload']],
    [`--name 'a b' --x="c d"`, ['--name', 'a b', '--x=c d']],
    [`a\\ b "q\\"q" 'r\\r' "\\n"`, ['a b', 'q"q', 'r\\r', '\\n']],
    [`'' ""`, ['', '']],
  ];
  for (const [text, words] of cases) assert.deepEqual(shellWords(text), words, text);
});

test('a quotation without an end is an error', () => {
  for (const text of [`-w '4`, `a "b`, 'a \\']) {
    assert.throws(() => shellWords(text), { message: 'no closing quotation' });
  }
});
