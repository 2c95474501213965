/** Two requests side by side: which spans belong together, what is said, what differs in the answers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignSpans } from '../../../../server/analysis/align.ts';
import { compare, type Side } from '../../../../server/analysis/compare.ts';
import { diffFields, diffTexts } from '../../../../server/analysis/textDiff.ts';
import type { RequestEnded } from '../../../../server/stream/protocol.ts';
import type { Span, Trace } from '../../../../server/stream/trace.ts';
import { ended, sequencer } from '../../../support/streamEvents.ts';
import { place, span, totalsOf, trace } from '../../../support/traceSamples.ts';

const sql = (text: string, line: number, duration = 1000, name = 'detail'): Span =>
  span('sql', text, [0, duration], { site: place('views.py', line, name) });

const told = (before: Span[], after: Span[]) =>
  alignSpans(trace(before), trace(after)).map(
    ({ text, site, before, after }) =>
      `${text}@${site?.['code.line.number']} ${before.count} → ${after.count}`,
  );

const number = sequencer();
function side(spans: Span[], changes: Partial<RequestEnded> = {}, more: Partial<Trace> = {}): Side {
  const whole = trace(spans, more);
  const event = number(ended(1, { totals: totalsOf(whole), ...changes }));
  return { request: event as RequestEnded, trace: whole };
}

test('executions of one statement from one line are one entry', () => {
  assert.deepEqual(told([sql('A', 3), sql('A', 3)], [sql('A', 3)]), ['A@3 2 → 1']);
});

test('lines that moved down together keep their partners', () => {
  const before = [sql('A', 10), sql('A', 12), sql('A', 12)];
  const after = [sql('A', 12), sql('A', 14), sql('A', 14)];
  assert.deepEqual(told(before, after).sort(), ['A@12 1 → 1', 'A@14 2 → 2']);
});

test('of lines that became fewer, those that did not move keep their partners', () => {
  const before = [sql('A', 10), sql('A', 12), sql('A', 14)];
  assert.deepEqual(told(before, [sql('A', 12)]), ['A@10 1 → 0', 'A@14 1 → 0', 'A@12 1 → 1']);
});

test('a statement that moved to another function or file is the same', () => {
  const moved = span('sql', 'A', [0, 1], { site: place('queries.py', 3, 'load') });
  assert.deepEqual(told([sql('A', 3)], [moved]), ['A@3 1 → 1']);
});

test('what is new, what is gone, and another text is another statement', () => {
  assert.deepEqual(told([sql('A', 3)], [sql('B', 3)]), ['A@3 1 → 0', 'B@3 0 → 1']);
});

test('spans past the bound are counted', () => {
  const site = place('views.py', 3, 'detail');
  const group = { kind: 'sql' as const, text: 'A', site, count: 40, duration: 900, longest: 90 };
  const [difference] = alignSpans(trace([sql('A', 3)], { groups: [group] }), trace([]));
  assert.deepEqual(difference?.before, { count: 41, duration: 1900 });
});

test('other counts come before other times, the largest first', () => {
  const before = [sql('slow', 1, 90_000), sql('more', 2), sql('quick', 3, 500)];
  const after = [sql('slow', 1, 10_000), sql('more', 2), sql('more', 2), sql('quick', 3, 700)];
  assert.deepEqual(told(before, after), ['more@2 1 → 2', 'slow@1 1 → 1', 'quick@3 1 → 1']);
});

test('in words: what was observed, the weightiest first', () => {
  const finding = {
    kind: 'n+1' as const,
    text: 'A',
    site: place('views.py', 31, 'list'),
    template: place('orders/list.html', 14),
    count: 95,
    wasted: 9,
  };
  const before = side(
    Array.from({ length: 181 }, () => sql('A', 31)),
    { duration: 655_000, 'http.response.body.size': 100 },
    { findings: [finding] },
  );
  const after = side(
    Array.from({ length: 101 }, () => sql('A', 31)),
    { duration: 412_000, 'http.response.status_code': 500, exceptions: 1 },
  );
  assert.deepEqual(compare(before, after).words, [
    'status 200 → 500',
    'exceptions 0 → 1',
    '655 → 412 ms',
    'gone: N+1, 95 times from list.html:14',
    'SQL 181 → 101 (181 → 101 ms)',
    'response 100 B → 4812 B',
  ]);
});

test('a finding whose line moved is neither new nor gone', () => {
  const finding = (line: number) => ({
    kind: 'n+1' as const,
    text: 'A',
    site: place('views.py', line, 'list'),
    count: 9,
    wasted: 9,
  });
  const [before, after] = [31, 33].map((line) => side([], {}, { findings: [finding(line)] }));
  assert.deepEqual(compare(before as Side, after as Side).words, ['12 ms']);
});

test('no claim of a time that the code before had by itself', () => {
  const [before, after] = [side([], { duration: 20_000 }), side([], { duration: 26_000 })];
  const about = '20 → 26 ms (about the same: within what it took before)';
  assert.deepEqual(compare(before, after, [19_000, 20_000, 31_000]).words, [about]);
  assert.deepEqual(compare(before, after, [19_000, 20_000, 21_000]).words, ['20 → 26 ms']);
  assert.deepEqual(compare(before, after, [19_000, 31_000]).words, ['20 → 26 ms'], 'two runs');
});

test('without a trace the totals are compared, and it is said whose is missing', () => {
  const before = { ...side([sql('A', 3)]), trace: null };
  const told = compare(before, side([sql('A', 3), sql('A', 3)]));
  assert.deepEqual([told.missing, told.spans], [['before'], []]);
  assert.deepEqual(told.words, ['12 ms', 'SQL 1 → 2 (1.0 → 2.0 ms)']);
});

const body = (text: string | null, content_type = 'text/html') => ({
  size: 9,
  content_type,
  text,
  cut: 0,
});

const answers = (before: string | null, after: string | null, type?: string) =>
  compare(
    side([], {}, { response_body: body(before, type) }),
    side([], {}, { response_body: body(after, type) }),
  ).response.body;

test('bodies: JSON by its lines, the same as nothing, what is not text as unknown', () => {
  assert.deepEqual(answers('{"a":1,"b":2}', '{"a":1,"b":3}', 'application/json'), [
    { change: 'same', text: '{' },
    { change: 'same', text: '  "a": 1,' },
    { change: 'gone', text: '  "b": 2' },
    { change: 'new', text: '  "b": 3' },
    { change: 'same', text: '}' },
  ]);
  assert.deepEqual(answers('a', 'a'), []);
  assert.equal(answers(null, 'a'), null);
  const cut = answers('{"a"', '{"b"', 'application/json') ?? [];
  assert.deepEqual(cut.map(changeOf), ['gone', 'new']);
});

const changeOf = (line: object): unknown => ('change' in line ? line.change : line);

test('long runs of the same are folded', () => {
  const lines = (changed: string): string =>
    Array.from({ length: 40 }, (_, index) => (index === 20 ? changed : `line ${index}`)).join('\n');
  assert.deepEqual(diffTexts(lines('a'), lines('b')).map(changeOf), [
    { skipped: 17 },
    ...['same', 'same', 'same', 'gone', 'new', 'same', 'same', 'same'],
    { skipped: 16 },
  ]);
});

test('texts that have nothing in common are given up on in time', () => {
  const random = (seed: number): string =>
    Array.from({ length: 9_000 }, (_, index) => ((index * seed) % 7919).toString(36)).join('\n');
  const lines = diffTexts(random(7907), random(6007));
  assert.ok(lines.some((line) => changeOf(line) === 'new'));
});

test('header fields: those that differ, by name without case, but not what each answer has', () => {
  assert.deepEqual(
    diffFields(
      [
        ['ETag', 'a'],
        ['Vary', 'Cookie'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=1'],
      ],
      [
        ['etag', 'b'],
        ['Vary', 'Cookie'],
        ['Set-Cookie', 'a=1'],
        ['Age', '1'],
      ],
    ),
    [
      { name: 'etag', before: 'a', after: 'b' },
      { name: 'Set-Cookie', before: 'a=1, b=1', after: 'a=1' },
      { name: 'Age', before: null, after: '1' },
    ],
  );
  const dated = (date: string) => side([], {}, { response_headers: [['Date', date]] });
  assert.deepEqual(compare(dated('Monday'), dated('Tuesday')).response.headers, []);
});
