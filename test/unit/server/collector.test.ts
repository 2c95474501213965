/** Sending to a collector: what it takes, refuses, wants again, and what is lost. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Collector, createCollector } from '../../../server/collector/collector.ts';
import type { NewEvent } from '../../../server/stream/events.ts';
import { createStore, type Store } from '../../../server/stream/store.ts';
import { cleanUp } from '../../support/cleanup.ts';
import { startCollector } from '../../support/collector.ts';
import { ORIGIN } from '../../support/handingOver.ts';
import {
  EPOCH,
  ended,
  exception,
  log,
  requestId,
  type Unkept,
} from '../../support/streamEvents.ts';
import { ordersTrace } from '../../support/traceSamples.ts';
import { waitFor } from '../../support/wait.ts';

interface Sending {
  store: Store;
  collector: Collector;
  said: string[];
  record(...events: Unkept[]): void;
}

function sendTo(t: TestContext, endpoint: string, limit?: number): Sending {
  const store = createStore();
  const said: string[] = [];
  const more = limit === undefined ? {} : { limit };
  const collector = createCollector({
    endpoint,
    store,
    origin: () => ORIGIN,
    log: (level, message) => said.push(`${level}: ${message}`),
    ...more,
  });
  cleanUp(t, () => collector.close());
  const record = (...events: Unkept[]): void => {
    for (const event of events) {
      const timed = { time: EPOCH, started: EPOCH - 1000, ...event } as NewEvent;
      const trace = { bytes: 1, open: ordersTrace };
      store.record(timed, event.type === 'request.ended' ? trace : undefined);
    }
  };
  return { store, collector, said, record };
}

test('spans, lines and exceptions arrive', async (t) => {
  const collector = await startCollector(t);
  const { record, said } = sendTo(t, `${collector.endpoint}/`);
  const request = requestId(1);
  record(
    log('in a request', { request, logger: 'orders' }),
    exception('e1', { request }),
    ended(1, { 'http.response.status_code': 500 }),
    log('of nobody'),
    exception('e2', { kind: 'thread' }),
    ended(2, { imported: 'har', worker: 0 }),
    log('of an imported one', { request: requestId(2) }),
    exception('e3', { request: requestId(2) }),
  );
  await waitFor('both messages', () => collector.posts.length >= 2, { seconds: 20 });
  const spans = collector.spans();
  assert.deepEqual([...new Set(spans.map(({ trace }) => trace))], [`${'0'.repeat(31)}1`]);
  assert.equal(spans.length, 1 + ordersTrace().spans.length);
  assert.deepEqual(spans[0]?.events.map(({ name }) => name).slice(0, 1), ['exception']);
  const logs = collector.logs();
  assert.deepEqual(
    logs.map(({ body, span, scope }) => [body, span, scope]),
    [
      ['in a request', request, 'orders'],
      ['of nobody', '', 'logging'],
      ["KeyError: 'amount'", '', 'exceptions'],
    ],
  );
  assert.deepEqual(said, []);
});

test('what it wants again is sent again, after the time that it asks for', async (t) => {
  let refusals = 2;
  const collector = await startCollector(t, (response) => {
    if (refusals > 0) response.writeHead(refusals === 2 ? 503 : 429, { 'Retry-After': '1' });
    refusals -= 1;
    response.end();
  });
  const { record, said } = sendTo(t, collector.endpoint);
  record(ended(1));
  await waitFor('a third attempt', () => collector.posts.length >= 3, { seconds: 30 });
  const [first, second, third] = collector.posts;
  assert.ok(first && second && third);
  assert.equal(new Set([first.body, second.body, third.body]).size, 1, 'the same again');
  assert.ok(second.time - first.time > 900 && third.time - second.time > 900);
  await waitFor('the good news', () => said.length >= 2, { seconds: 20 });
  assert.match(said[0] ?? '', /^warning: .*answered 503.*trying again/);
  assert.match(said[1] ?? '', /^info: .*takes spans again/);
  assert.equal(said.length, 2, 'the second refusal is not told');
});

test('what it refuses is lost, counted and told once', async (t) => {
  const collector = await startCollector(t, (response) =>
    response.writeHead(400).end('bad "spans"'),
  );
  const sending = sendTo(t, collector.endpoint);
  for (const number of [1, 2]) {
    sending.record(ended(number));
    await waitFor('it', () => collector.posts.length >= number, { seconds: 20 });
  }
  await sending.collector.close();
  assert.deepEqual(sending.said.length, 2);
  assert.match(sending.said[0] ?? '', /does not get everything: it answered 400 bad "spans"/);
  assert.match(sending.said[1] ?? '', /did not get 2 requests and lines/);
});

test('what waits is bounded, and the newest are kept', async (t) => {
  const collector = await startCollector(t);
  const sending = sendTo(t, collector.endpoint, 10);
  for (let number = 1; number <= 25; number += 1) sending.record(ended(number));
  await sending.collector.close();
  const ids = collector
    .spans()
    .filter(({ kind }) => kind === 2)
    .map(({ id }) => id);
  assert.deepEqual(
    ids,
    Array.from({ length: 10 }, (_, at) => requestId(16 + at)),
  );
  assert.match(sending.said.at(-1) ?? '', /did not get 15 requests/);
});

test('the end sends what waits, and waits for nobody longer than two seconds', async (t) => {
  const collector = await startCollector(t);
  const quick = sendTo(t, collector.endpoint);
  quick.record(ended(1), log('just now', { request: 'unknown' }));
  await quick.collector.close();
  assert.deepEqual(
    collector.posts.map(({ path }) => path),
    ['/v1/traces', '/v1/logs'],
  );

  const silent = await startCollector(t, () => {});
  const slow = sendTo(t, silent.endpoint);
  slow.record(ended(1));
  const before = performance.now();
  await slow.collector.close();
  assert.ok(performance.now() - before < 10_000);
  assert.match(slow.said.at(-1) ?? '', /did not get 1 requests/);
});

test('nobody there: told once, and all of it is sent when there is', async (t) => {
  const place = createServer().listen(0, '127.0.0.1');
  await once(place, 'listening');
  const { port } = place.address() as AddressInfo;
  await new Promise((resolve) => place.close(resolve));
  const sending = sendTo(t, `http://127.0.0.1:${port}`);
  sending.record(ended(1));
  await waitFor('the trouble', () => sending.said.length > 0, { seconds: 20 });
  assert.match(sending.said[0] ?? '', /ECONNREFUSED.*trying again/);
  await sending.collector.close();
  assert.equal(sending.said.filter((line) => line.includes('trying again')).length, 1);
});
