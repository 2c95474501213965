import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsOf } from '../../../webview/ansi.ts';

const runs = (text: string) => runsOf(text).map(({ text: part, style }) => [part, style]);

test('colours and weights are styles, and end where they end', () => {
  assert.deepEqual(
    runs('\u001b[32mINFO\u001b[0m served \u001b[1;91mfast\u001b[22m now\u001b[39m.'),
    [
      ['INFO', 'ansi-2'],
      [' served ', ''],
      ['fast', 'ansi-bold ansi-9'],
      [' now', 'ansi-9'],
      ['.', ''],
    ],
  );
});

test('of 256 colours the first 16 have a name; what follows a colour is no code', () => {
  assert.deepEqual(runs('\u001b[38;5;11ma\u001b[38;5;200mb\u001b[38;2;1;3;4mc\u001b[48;5;1;3md'), [
    ['a', 'ansi-11'],
    ['bc', ''],
    ['d', 'ansi-italic'],
  ]);
});

test('what styles nothing is left out, and nothing is hidden', () => {
  assert.deepEqual(
    runs('\u001b[2J\u001b[1;1Ha\u001b]0;title\u0007b\u001b(c\u0000\u0008\r\nd\re\u009b'),
    [['ab␛(c␀␈\nd␍e⟨009B⟩', '']],
  );
  assert.deepEqual(runs('plain\ttext\n'), [['plain\ttext\n', '']]);
});

test('a long line with many escapes takes no longer than it is long', () => {
  const text = '\u001b[\u001b]0;'.repeat(100_000) + '\u001b[31m'.repeat(50_000);
  assert.deepEqual(runs(`${text}end`), [['end', 'ansi-1']]);
});
