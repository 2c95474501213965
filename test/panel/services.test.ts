/** Several services, one trace: in the timeline of a request are those of the servers that it called. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { recordRich } from './rich.ts';
import { recordCaller, recordServices, recordShop } from './services.ts';

const WIDE = { viewport: { width: 1400, height: 700 } };
const spans = (page: Page) => page.getByRole('treegrid', { name: 'Spans' });
const named = (page: Page, name: string | RegExp) => spans(page).getByRole('row', { name });
const details = (page: Page) => page.getByRole('region', { name: 'Details' });

async function openTimeline(page: Page, row: string): Promise<void> {
  await page.getByRole('row', { name: row }).click();
  await details(page).getByRole('tab', { name: 'Timeline' }).click();
  await spans(page).waitFor();
}

test('requests of other services lie under the spans that sent them, and lead to their panels', async (t) => {
  const stage = await setStage(t, WIDE);
  const { page, record, screenshot } = stage;
  record(make.server());
  await recordServices(t, stage);
  await openTimeline(page, 'rates=1');
  const rates = named(page, 'service rates.wsgi:app GET /latest, 3.7 ms from 15 ms');
  await rates.waitFor();
  assert.equal(await rates.getAttribute('aria-expanded'), 'false', 'folded at first');
  assert.equal(await rates.getAttribute('aria-level'), '5', 'below the request that was sent');

  await rates.click();
  await spans(page).focus();
  await page.keyboard.press('ArrowRight');
  await named(page, 'sql SELECT rate, 900 µs from 15 ms').waitFor();
  const bank = named(page, 'service bank:application GET /quote, 1.6 ms from 16 ms');
  assert.equal(await bank.getAttribute('aria-level'), '8');
  await named(page, 'sql SELECT rate').click();
  const selected = details(page).getByRole('region', { name: 'Span' });
  await selected.getByText('rates.wsgi:app').waitFor();
  assert.equal(await selected.getByRole('button', { name: 'Explain' }).count(), 0);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const request = details(page).getByRole('region', { name: 'Request of another service' });
  assert.match(
    await request.innerText(),
    /rates\.wsgi:app[\s\S]*GET \/latest[\s\S]*200[\s\S]*3\.7 ms/,
  );
  await screenshot('services');

  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    request.getByRole('button', { name: 'Open in Its Panel' }).click(),
  ]);
  await details(other).getByRole('heading', { name: 'GET /latest' }).waitFor();
});

test('who called a request is told, though it is on another server', async (t) => {
  const stage = await setStage(t, WIDE);
  const { page, record } = stage;
  record(make.server());
  await recordCaller(t, stage);
  await openTimeline(page, '/latest');
  const caller = details(page).getByText('Called by shop.wsgi:application GET /orders/');
  await caller.getByRole('button', { name: 'Open in Its Panel' }).waitFor();
});

test('who is not there is not shown, and nobody is asked of a request that sent none', async (t) => {
  const stage = await setStage(t, WIDE);
  const { page, commands } = stage;
  recordRich(stage);
  await openTimeline(page, 'state=open');
  await named(page, /^http/).first().waitFor();
  assert.equal(commands.includes('trace'), false);
  recordShop(stage);
  await openTimeline(page, 'rates=1');
  await waitFor('the question', () => commands.includes('trace'));
  await named(page, /^http/).first().waitFor();
  assert.equal(await spans(page).getAttribute('aria-rowcount'), '107');
});
