/** One tree of what several services did for a request. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceRequests } from '../../../server/stream/commands.ts';
import type { RequestEnded, RequestStarted } from '../../../server/stream/protocol.ts';
import type { RequestRow } from '../../../webview/model/rows.ts';
import { callerOf, join } from '../../../webview/model/trace/joined.ts';
import * as make from '../../support/streamEvents.ts';
import { span, trace } from '../../support/traceSamples.ts';

const at = (time: number) => ({ started: time, time, sequence: 1 });

const row = (parent_span_id?: string): RequestRow =>
  ({
    head: make.ended(1, parent_span_id === undefined ? {} : { parent_span_id }),
    started: 1_000_000,
  }) as unknown as RequestRow;

const service = (app: string, ...requests: ServiceRequests['requests']): ServiceRequests => ({
  ...{ app, addresses: [], requests },
});

const sender = (id: string) => span('http', 'http://b/', [100, 400], { span_id: id });

test('a request stands below its span, aligned by the clock, its own spans within it', () => {
  const called = {
    request: { ...make.ended(2, { parent_span_id: 'aa', duration: 300 }), ...at(1_000_150) },
    trace: trace([span('view', 'b', [10, 200]), span('sql', 'SELECT 1', [20, 50], { parent: 0 })]),
  } as ServiceRequests['requests'][number];
  const { nodes, roots, visits, end } = join(row(), trace([sender('aa')]), [service('b', called)]);
  assert.deepEqual(
    nodes.map(({ index, depth, span: { start, duration, parent } }) => [
      ...[index, depth, start, duration, parent],
    ]),
    [
      [0, 0, 100, 400, null],
      [1, 1, 150, 300, 0],
      [2, 2, 160, 200, 1],
      [3, 3, 170, 50, 2],
    ],
  );
  assert.deepEqual(visits, [1]);
  assert.equal(end, 500);
  assert.equal(roots[0]?.children[0]?.guest?.visit.app, 'b');
  assert.equal(called.trace?.spans[0]?.start, 10, 'the trace itself stays as it was');
});

test('one that runs still lasts as long as its sender; two with one id come once each', () => {
  const running = (number: number) => ({
    request: { ...make.started(number, { parent_span_id: 'aa' }), ...at(1_000_200) },
    trace: null,
  });
  const requests = [running(2), running(3)] as { request: RequestStarted; trace: null }[];
  const { nodes } = join(row(), trace([sender('aa'), sender('aa')]), [service('b', ...requests)]);
  assert.deepEqual(
    nodes.slice(2).map(({ span: { start, duration, parent } }) => [start, duration, parent]),
    [
      [200, 300, 0],
      [200, 300, 0],
    ],
  );
});

test('requests that call each other in a circle end somewhere', () => {
  const itself = {
    request: { ...make.ended(1, { parent_span_id: 'aa' }), ...at(1_000_000) },
    trace: trace([sender('aa')]),
  };
  const other = {
    request: { ...make.ended(2, { parent_span_id: 'aa' }), ...at(1_000_000) },
    trace: trace([sender('aa')]),
  };
  const services = [service('a', itself, other) as ServiceRequests];
  const { nodes } = join(row(), trace([sender('aa')]), services);
  assert.equal(nodes.length, 3);
});

test('the caller is who has the span that the request names', () => {
  const caller = { request: make.ended(7) as RequestEnded, trace: trace([sender('aa')]) };
  assert.equal(callerOf(row('aa'), [service('shop', caller)])?.app, 'shop');
  assert.equal(callerOf(row('bb'), [service('shop', caller)]), undefined);
  assert.equal(callerOf(row(), [service('shop', caller)]), undefined);
});
