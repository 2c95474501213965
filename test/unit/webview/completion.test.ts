import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestTerms } from '../../../server/stream/filter/requestTerms.ts';
import { complete } from '../../../webview/filter/completion.ts';
import { Completing } from '../../../webview/model/completing.ts';
import type { RequestRow } from '../../../webview/model/rows.ts';
import { Store } from '../../../webview/model/store.ts';
import * as make from '../../support/streamEvents.ts';

const store = new Store();
const paths = ['/orders/', '/orders/', '/orders/<int:pk>/', '/two words/'];
store.apply(
  paths
    .map((route, number) => make.ended(number, { 'http.route': route, view: 'shop.views.orders' }))
    .map(make.sequencer()),
);
const rows = store.rows.filter((row): row is RequestRow => row.kind === 'request');

const offered = (text: string, caret = text.length) =>
  complete(text, caret, requestTerms(store), rows);
const words = (text: string, caret?: number) =>
  offered(text, caret)?.options.map(({ word }) => word);

test('keys are offered by their beginning, with what they take', () => {
  assert.deepEqual(words('me'), ['method:']);
  assert.deepEqual(words('/x -ha'), ['-has:']);
  assert.equal(offered('stat')?.options[0]?.detail, '404, 4xx or none');
  assert.ok((words('')?.length ?? 0) > 15, 'all of them where nothing is typed');
});

test('values are those that were seen, the most frequent first', () => {
  assert.deepEqual(words('route:'), [
    'route:/orders/',
    'route:/orders/<int:pk>/',
    'route:"/two words/"',
  ]);
  assert.deepEqual(
    offered('route:orders')?.options.map(({ detail }) => detail),
    ['2×', '1×'],
  );
  assert.deepEqual(words('-status:5'), ['-status:5xx']);
  assert.deepEqual(words('status:')?.[0], 'status:200');
});

test('a value is found without its key', () => {
  assert.deepEqual(words('5xx'), ['status:5xx']);
  assert.deepEqual(words('n+1'), ['has:n+1']);
});

test('nothing is offered for what is complete or unknown', () => {
  assert.equal(offered('status:5xx'), null);
  assert.equal(offered('zzz:1'), null);
});

test('the word at the caret is completed, and the rest stays', () => {
  const completing = new Completing();
  const text = 'worker:1 st /orders';
  completing.show(offered(text, 'worker:1 st'.length));
  const key = completing.accept(text, 0);
  assert.deepEqual(key, { text: 'worker:1 status:/orders', caret: 'worker:1 status:'.length });
  completing.show(offered('has:n /orders', 5));
  assert.deepEqual(completing.accept('has:n /orders', 0), { text: 'has:n+1 /orders', caret: 8 });
});

test('the arrows go through the options and the box, and round', () => {
  const completing = new Completing();
  completing.show(offered('route:'));
  const places = [1, 1, 1, 1, -1].map((by) => {
    completing.move(by);
    return completing.at;
  });
  assert.deepEqual(places, [0, 1, 2, -1, 2]);
});
