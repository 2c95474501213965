import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, tooltip } from '../../../extension/views/workerText.ts';
import type { RequestStarted } from '../../../server/stream/protocol.ts';
import { ended } from '../../support/streamEvents.ts';
import { kept, workerEvent } from './events.ts';

const NOW = 1_700_000_000_000;
const runs = (path: string, seconds: number): RequestStarted => ({
  ...ended(1),
  ...kept(),
  type: 'request.started',
  time: (NOW - seconds * 1000) * 1000,
  'http.request.method': 'GET',
  'url.path': path,
});

test('a ready worker: what it has done and uses', () => {
  const used = { memory: 42_400_000, share: 0.034 };
  const event = workerEvent({ requests: 7, generation: 3 });
  const told = describe({ event, used, running: [] }, NOW);
  assert.equal(told, '7 requests · 42 MB · 3 % CPU · gen 3 · pid 101');
});

test('before the first looks at it there is no figure', () => {
  const event = workerEvent({ requests: 1 });
  const idle = { event, used: undefined, running: [] };
  assert.equal(describe(idle, NOW), '1 request · gen 1 · pid 101');
  const once = { ...idle, used: { memory: 5e6, share: null } };
  assert.equal(describe(once, NOW), '1 request · 5 MB · gen 1 · pid 101');
});

test('what it does comes first; of several requests the oldest, the others in the tooltip', () => {
  const running = [runs('/report', 12), runs('/second', 3)];
  const event = workerEvent({ state: 'paused', paused_at: 'views.py:42', reload_pending: true });
  const shown = { event, used: undefined, running };
  assert.match(
    describe(shown, NOW),
    /^reload pending · paused at views\.py:42 · GET \/report for 12 s · 0 requests/,
  );
  assert.match(tooltip(shown, NOW), /\nGET \/second for 3 s$/);
});
