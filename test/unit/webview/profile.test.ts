/** What the panel makes of a profile before it draws it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Profile } from '../../../server/stream/profile.ts';
import { filesOf, sortedFiles } from '../../../webview/model/profile/files.ts';
import {
  boxAt,
  depthOf,
  type Flame,
  heaviestFirst,
  inTime,
} from '../../../webview/model/profile/flame.ts';
import { functionsOf, sampledEnd } from '../../../webview/model/profile/functions.ts';
import { linesOf } from '../../../webview/model/profile/lines.ts';
import { profileShares } from '../../../webview/model/profile/words.ts';
import { largeProfile, ordersProfile } from '../../support/profileSamples.ts';

const profile = ordersProfile();

/** `name start+duration`, and what is in it. */
function told(of: Profile, { what, start, duration, children }: Flame): unknown {
  const name = typeof what === 'string' ? what : functionsOf(of).all[what]?.name;
  const box = `${name} ${start / 1000}+${duration / 1000}`;
  return children.length > 0 ? [box, children.map((child) => told(of, child))] : box;
}

const inPrice = (root: Flame): Flame | null => boxAt(root, root.start + 100_000, 6);

test('in time order boxes go on while the same function does, whichever of its lines', () => {
  const root = inTime(profile);
  assert.equal(root.duration, 350_000);
  assert.equal(sampledEnd(profile), 400_000);
  const get = boxAt(root, 60_000, 3);
  assert.equal(get?.duration, 350_000, 'two lines of one function');
  const price = inPrice(root);
  assert.deepEqual(price && told(profile, price), [
    'price 60+290',
    [
      'quote 60+70',
      ['QuerySet._fetch_all 130+20', [['Cursor.execute 130+20', ['waiting 130+20']]]],
      'quote 150+40',
      ['QuerySet._fetch_all 190+30', [['Cursor.execute 190+30', ['waiting 190+30']]]],
      'quote 220+80',
      ['QuerySet._fetch_all 300+20', [['Cursor.execute 300+20', ['waiting 300+20']]]],
      'quote 320+30',
    ],
  ]);
});

test('left heavy takes together what is alike, the heaviest first', () => {
  const root = heaviestFirst(profile);
  const price = inPrice(root);
  assert.deepEqual(price && told(profile, price), [
    'price 0+290',
    [
      'quote 0+220',
      ['QuerySet._fetch_all 220+70', [['Cursor.execute 220+70', ['waiting 220+70']]]],
    ],
  ]);
  const get = boxAt(root, 0, 3);
  assert.deepEqual([get?.self, get?.waiting, get?.native], [10_000, 70_000, 50_000]);
  assert.equal(depthOf(root), 10);
  assert.equal(boxAt(root, 349_999, 99), null);
  assert.equal(boxAt(root, 350_000, 0), null, 'beside all');
});

test('all of the time is somewhere, whatever the order', () => {
  const large = largeProfile(500, 30);
  for (const root of [inTime(large), heaviestFirst(large)]) {
    assert.equal(root.duration, 5_000_000);
    const waiting = [root];
    for (let flame = waiting.pop(); flame; flame = waiting.pop()) {
      const { children, duration, self, start } = flame;
      const called = children.filter(({ what }) => typeof what === 'number');
      const within = called.reduce((sum, child) => sum + child.duration, 0);
      assert.equal(self + within, duration);
      for (const child of children) assert.ok(child.start >= start);
      waiting.push(...children);
    }
  }
});

test('a box knows its lines; in time order those of its own time', () => {
  const quote = boxAt(heaviestFirst(profile), 0, 7);
  const lines = (flame: Flame | null, isInTime: boolean) =>
    flame &&
    linesOf(profile, flame, isInTime).map(({ frame, time }) => [frame['code.line.number'], time]);
  assert.deepEqual(lines(quote, false), [
    [14, 180_000],
    [17, 40_000],
  ]);
  assert.deepEqual(lines(boxAt(inTime(profile), 160_000, 7), true), [[17, 40_000]]);
  const waiting = boxAt(inTime(profile), 131_000, 9);
  assert.equal(waiting?.what, 'waiting');
  assert.deepEqual(lines(waiting, true), [[97, 20_000]], 'where it waits');
});

test('by file: a line that is in a stack twice is counted once, the own files come first', () => {
  const frames = profile.frames;
  const twice: Profile = {
    ...profile,
    frames,
    stacks: [[3, 10, 3]],
    samples: [[0, 1000, 'running']],
  };
  const [own, other] = sortedFiles(filesOf(twice), 'total');
  assert.deepEqual([own?.total, own?.self, own?.lines.length, own?.own], [1000, 1000, 1, true]);
  assert.deepEqual([other?.total, other?.self, other?.own], [1000, 0, false]);

  const files = sortedFiles(filesOf(profile), 'self');
  assert.match(files[0]?.file ?? '', /orders\/pricing\.py$/);
  assert.deepEqual(
    files[0]?.lines.map(({ frame, self }) => [frame['code.line.number'], self]),
    [
      [14, 180_000],
      [17, 40_000],
    ],
  );
  assert.equal(
    files.findIndex(({ own }) => !own),
    4,
  );
});

test('a sentence: the functions that ran, what waited, what C code held up', () => {
  const shares = profileShares(profile).map(({ share, state, line }) => [
    Math.round(100 * share),
    state,
    line?.frame['code.line.number'],
  ]);
  assert.deepEqual(shares, [
    [63, 'running', 14],
    [20, 'waiting', 9],
    [14, 'native', 22],
  ]);
});

test('a profile that names what is not there is drawn as far as it goes', () => {
  const broken: Profile = {
    ...profile,
    stacks: [[99]],
    samples: [
      [0, 10, 'running'],
      [7, 10, 'waiting'],
    ],
  };
  assert.equal(inTime(broken).duration, 20);
  assert.deepEqual(filesOf(broken), []);
  assert.deepEqual(profileShares({ ...profile, samples: [] }), []);
});
