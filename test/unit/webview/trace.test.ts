/** What the panel makes of a trace before it draws it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import { cacheCallsOf, templatesOf } from '../../../webview/model/trace/calls.ts';
import { pan, spot, ticks, zoom } from '../../../webview/model/trace/scale.ts';
import { sharesOf } from '../../../webview/model/trace/shares.ts';
import { sorted, statementsOf } from '../../../webview/model/trace/statements.ts';
import { flatten, treeOf } from '../../../webview/model/trace/tree.ts';
import { ended } from '../../support/streamEvents.ts';
import { ordersTrace, place, span, totalsOf, trace } from '../../support/traceSamples.ts';

test('statements are counted with those past the bound, and keep what was found', () => {
  const site = place('a.py', 1);
  const of = { 'db.response.returned_rows': 2, site };
  const group = {
    kind: 'sql',
    text: 'SELECT 1',
    site,
    count: 10,
    duration: 500,
    longest: 90,
  } as const;
  const finding = { kind: 'duplicate', text: 'SELECT 1', site, count: 12, wasted: 70 } as const;
  const spans = [
    span('sql', 'SELECT 1', [0, 40], of),
    span('sql', 'SELECT 2', [50, 10], { site }),
    span('sql', 'SELECT 1', [90, 60], { ...of, 'error.type': 'Locked' }),
    span('sql', 'SELECT 1', [200, 60], { site: place('a.py', 2) }),
  ];
  const found = statementsOf(trace(spans, { groups: [group], findings: [finding] }));
  assert.deepEqual(
    found.map(({ count, total, longest, executions }) => [count, total, longest, executions]),
    [
      [12, 600, 90, [0, 2]],
      [1, 10, 10, [1]],
      [1, 60, 60, [3]],
    ],
  );
  const [first] = found;
  assert.deepEqual(
    [first?.rows, first?.errors, first?.findings, first?.wasted],
    [4, 1, ['duplicate'], 70],
  );
  assert.deepEqual(
    sorted(found, 'longest').map(({ longest }) => longest),
    [90, 60, 10],
  );
});

test('a tree has each span once, and none that hangs on itself or on a later one', () => {
  const spans = [
    span('view', 'a', [0, 100]),
    span('sql', 'b', [10, 20], { parent: 0 }),
    span('sql', 'c', [5, 2], { parent: 0 }),
    span('sql', 'd', [40, 2], { parent: 3 }),
    span('sql', 'e', [50, 2], { parent: 99 }),
  ];
  const roots = treeOf(trace(spans));
  const shown = flatten(roots, new Set()).map(({ span: { text }, depth }) => `${depth}${text}`);
  assert.deepEqual(shown, ['0a', '1c', '1b', '0d', '0e']);
  assert.equal(roots[0]?.own, 78);
  assert.deepEqual(flatten(roots, new Set([0])).length, 3);
});

test('what the app’s time went into sums to it, whatever the trace says', () => {
  const orders = ordersTrace();
  const phases = { read: 300, app: 404_100, iterate: 700, write: 400, close: 100 };
  const request = (changes: object) => ended(1, { phases, ...changes }) as unknown as RequestEnded;
  const totals = totalsOf(orders);
  for (const known of [orders, null]) {
    const shares = sharesOf(request({ totals }), known);
    assert.equal(
      shares.reduce((sum, { time }) => sum + time, 0),
      404_800,
    );
    assert.ok(shares.every(({ time }) => time >= 0));
  }
  assert.deepEqual(sharesOf(request({ totals: {} }), null), []);
});

test('templates are told as they were nested, cache calls with what they found', () => {
  const [list, row] = templatesOf(ordersTrace());
  assert.deepEqual([list?.name, list?.depth, list?.queries], ['orders/list.html', 0, 2]);
  assert.deepEqual([row?.name, row?.depth, row?.queries], ['orders/row.html', 1, 95]);
  assert.deepEqual(
    cacheCallsOf(ordersTrace()).map(({ text, hits, keys }) => [text, hits, keys]),
    [
      ['get orders:filters:42', 0, 1],
      ['set rates:EUR', null, 0],
    ],
  );
});

test('zooming keeps what is under the pointer, and nothing leaves the time there is', () => {
  const all = { from: 0, to: 1000 };
  assert.deepEqual(zoom(all, 1000, 0.5, 250), { from: 125, to: 625 });
  assert.deepEqual(zoom({ from: 100, to: 200 }, 1000, 100, 150), all);
  assert.deepEqual(pan({ from: 100, to: 200 }, 1000, -5), { from: 0, to: 100 });
  assert.deepEqual(spot({ from: 100, to: 200 }, 150, 500), [50, 50]);
  assert.equal(spot({ from: 100, to: 200 }, 201, 5), null);
  assert.deepEqual(ticks({ from: 0, to: 1000 }, 6), [0, 200, 400, 600, 800, 1000]);
  assert.deepEqual(ticks({ from: 130, to: 170 }, 5), [130, 140, 150, 160, 170]);
});
