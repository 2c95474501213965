/** An exported HAR as another reader has it: Playwright answers a real Chromium from it, with no server there. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHandOver } from '../../server/formats/commands.ts';
import type { NewEvent } from '../../server/stream/events.ts';
import { createStore } from '../../server/stream/store.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { ORIGIN } from '../support/handingOver.ts';
import { assertValidHar } from '../support/harSchema.ts';
import { EPOCH, ended, requestId } from '../support/streamEvents.ts';
import { ordersTrace, paymentTrace } from '../support/traceSamples.ts';

test('a browser is answered from it', async (t) => {
  const store = createStore();
  const times = { time: EPOCH, started: EPOCH - 405_000 };
  const list = ended(1, { 'url.path': '/orders/', 'url.query': 'page=2', duration: 405_000 });
  store.record({ ...times, ...list } as NewEvent, { bytes: 1, open: ordersTrace });
  const path = Buffer.from('/zählung/[hidden]/pay').toString('latin1');
  const pay = ended(2, {
    'http.request.method': 'POST',
    'url.path': path,
    'http.response.status_code': 409,
    duration: 40_000,
  });
  store.record({ ...times, ...pay } as NewEvent, { bytes: 1, open: paymentTrace });
  const requests = [requestId(1), requestId(2)];
  const { text } = await createHandOver(store, () => ORIGIN).export({ requests, format: 'har' });
  assertValidHar(text);
  const file = join(tempFolder(t), 'orders.har');
  writeFileSync(file, text);

  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  const page = await browser.newPage();
  await page.routeFromHAR(file, { notFound: 'abort' });
  const response = await page.goto('http://127.0.0.1:8000/orders/?page=2');
  assert.equal(response?.status(), 200);
  assert.equal(await page.title(), 'Orders');
  const paid = await page.evaluate(async () => {
    const answer = await fetch('/z%C3%A4hlung/%5Bhidden%5D/pay', {
      method: 'POST',
      body: 'order=9&card=%5Bhidden%5D&note=gift+wrap',
    });
    return { status: answer.status, body: await answer.json() };
  });
  assert.deepEqual(paid, {
    status: 409,
    body: { error: 'payment failed', order: 9, retry: true },
  });
  await assert.rejects(page.goto('http://127.0.0.1:8000/elsewhere'), /ERR_FAILED/);
});
