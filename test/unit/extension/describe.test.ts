/** A request as it is offered to be chosen. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRequest } from '../../../extension/requests/describe.ts';
import { isIdempotent } from '../../../server/stream/idempotent.ts';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import { ended } from '../../support/streamEvents.ts';

const request = (changes: Partial<RequestEnded>): RequestEnded => ({
  ...ended(7, changes),
  sequence: 1,
  time: 0,
  started: 0,
});

test('what it asked, how it went, where and when', () => {
  const { label, description, detail } = describeRequest(
    request({
      'url.query': 'page=2',
      duration: 412_000,
      totals: { sql: { count: 101, duration: 1 } },
      findings: ['n+1'],
      worker: 2,
      generation: 5,
      replay_of: 'ab',
    }),
  );
  assert.equal(label, 'GET /orders/7?page=2');
  assert.equal(description, '200 · 412 ms · 101 SQL · N+1');
  assert.match(detail, / · worker 2 · generation 5 · replay$/);
});

test('without an answer, out of a file', () => {
  const { description, detail } = describeRequest(
    request({ 'http.response.status_code': null, duration: 900, imported: 'har' }),
  );
  assert.equal(description, 'no answer · 900 µs');
  assert.match(detail, / · imported$/);
});

test('which methods may be repeated: RFC 9110 §9.2.2', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
    assert.equal(isIdempotent(method), true, method);
  for (const method of ['POST', 'PATCH', 'get', 'CHARGE'])
    assert.equal(isIdempotent(method), false, method);
});
