import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import { timeParts } from '../../../webview/model/timeParts.ts';
import * as make from '../../support/streamEvents.ts';

const phases = { read: 300, app: 80_000, iterate: 20_000, write: 400, close: 50 };

const partsOf = (changes: Partial<RequestEnded>): Record<string, number> => {
  const event = make.ended(1, { duration: 100_750, phases, ...changes });
  const parts = timeParts(make.sequencer()(event) as RequestEnded);
  return Object.fromEntries(parts.map(({ part, time }) => [part, time]));
};

const sum = (parts: Record<string, number>) =>
  Object.values(parts).reduce((total, time) => total + time, 0);

test("the app's time is parted by kind of span, and the rest is its own code", () => {
  const totals = {
    sql: { count: 12, duration: 30_000 },
    template: { count: 2, duration: 20_000 },
    http: { count: 1, duration: 10_000 },
  };
  const parts = partsOf({ totals });
  assert.deepEqual(parts, {
    read: 300,
    sql: 30_000,
    http: 10_000,
    template: 20_000,
    own: 40_000,
    write: 400,
    close: 50,
  });
  assert.equal(sum(parts), 100_750);
});

test('spans that overlap get no more than there is', () => {
  const totals = {
    sql: { count: 12, duration: 90_000 },
    template: { count: 2, duration: 95_000 },
    cache: { count: 2, duration: 5_000 },
  };
  const parts = partsOf({ totals });
  assert.deepEqual([parts['sql'], parts['cache'], parts['template']], [90_000, 5_000, 5_000]);
  assert.equal(parts['own'], undefined);
  assert.equal(sum(parts), 100_750);
});

test('what no phase tells of is unaccounted', () => {
  const unknown = { read: null, app: 60_000, iterate: null, write: null, close: null };
  assert.deepEqual(partsOf({ phases: unknown, duration: 100_000 }), {
    own: 60_000,
    unaccounted: 40_000,
  });
});
