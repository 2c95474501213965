import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, duration, exactTime, plural, shortPath } from '../../../webview/format.ts';

const durations: [value: number, text: string][] = [
  [0, '0 µs'],
  [999, '999 µs'],
  [1000, '1.0 ms'],
  [9949, '9.9 ms'],
  [9950, '10 ms'],
  [412_300, '412 ms'],
  [999_499, '999 ms'],
  [999_500, '1.00 s'],
  [99_990_000, '99.99 s'],
  [125_600_000, '2 min 5 s'],
];
for (const [value, text] of durations) {
  test(`${value} µs read as ${text}`, () => assert.equal(duration(value), text));
}

test('sizes and counts are short', () => {
  assert.deepEqual([0, 999, 48_200, 999_500].map(bytes), ['0 B', '999 B', '48 kB', '1.0 MB']);
  assert.equal(count(10_000), '10,000');
  assert.deepEqual([plural(1, 'row'), plural(1200, 'row')], ['1 row', '1,200 rows']);
});

test('a time is exact to the millisecond', () => {
  assert.match(exactTime(1_795_344_099_007_900), /^\d\d:\d\d:39\.007$/);
});

test("a path is as seen from the app's folder, and only from there", () => {
  assert.equal(shortPath('/srv/shop/views.py', '/srv/shop'), 'views.py');
  assert.equal(shortPath('/srv/shop/views.py', '/srv/shop/'), 'views.py');
  assert.equal(shortPath('/srv/shopping/views.py', '/srv/shop'), '/srv/shopping/views.py');
  assert.equal(shortPath('/srv/shop/views.py', ''), '/srv/shop/views.py');
});

test("a library's path is as seen from the libraries' folder", () => {
  const library = '/srv/shop/.venv/lib/python3.12/site-packages/flask/app.py';
  assert.equal(shortPath(library, '/srv/shop'), 'flask/app.py');
  assert.equal(shortPath('/usr/lib/python3.11/json/decoder.py', ''), 'json/decoder.py');
});
