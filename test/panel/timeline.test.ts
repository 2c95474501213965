/** The timeline of a request: spans on one scale, found and zoomed by keys and by pointer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { largeTrace, totalsOf } from '../support/traceSamples.ts';
import { waitFor } from '../support/wait.ts';
import { type Stage, setStage } from './harness.ts';
import { recordRich } from './rich.ts';

const spans = (page: Page): Locator => page.getByRole('treegrid', { name: 'Spans' });

async function openTimeline(stage: Stage): Promise<Page> {
  const { page } = stage;
  recordRich(stage);
  await page.getByRole('row', { name: 'state=open' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await spans(page).waitFor();
  return page;
}

const named = (page: Page, name: string | RegExp) => spans(page).getByRole('row', { name });

/** Of its bar, in pixels from the left edge of the bars. */
async function barOf(row: Locator): Promise<{ left: number; width: number }> {
  const bar = await row.locator('.t-bar').boundingBox();
  const bars = await row.locator('.t-bars').boundingBox();
  assert.ok(bar && bars);
  return { left: (bar.x - bars.x) / bars.width, width: bar.width / bars.width };
}

test('spans lie where they were in time, nested as they were, and are told in words', async (t) => {
  const page = await openTimeline(await setStage(t, { viewport: { width: 1400, height: 700 } }));
  assert.equal(await spans(page).getAttribute('aria-rowcount'), '107');
  const list = named(page, 'template orders/list.html, 383 ms from 19 ms');
  assert.equal(await list.getAttribute('aria-level'), '4');
  const { left, width } = await barOf(list);
  assert.ok(Math.abs(left - 19_200 / 405_600) < 0.01, `${left}`);
  assert.ok(Math.abs(width - 383_000 / 405_600) < 0.01, `${width}`);
  assert.equal(await page.locator('.t-mark').count(), 1, 'the log line');

  await named(page, /503|HTTPError/).click();
  const selected = page.getByRole('region', { name: 'Span' });
  assert.match(await selected.innerText(), /http[\s\S]*3\.8 ms[\s\S]*HTTPError/);
  await selected.getByRole('button', { name: 'orders/rates.py:18' }).waitFor();
});

test('it is used with the keys alone: select, fold, zoom, move', async (t) => {
  const page = await openTimeline(await setStage(t, { viewport: { width: 1400, height: 700 } }));
  await spans(page).focus();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowDown');
  await page.getByRole('region', { name: 'Span' }).getByText('8.4 ms').waitFor();
  const active = await spans(page).getAttribute('aria-activedescendant');
  assert.equal(
    await named(page, /^sql SELECT orders_order/)
      .first()
      .getAttribute('id'),
    active,
  );

  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await named(page, /^view/).and(page.locator('[aria-expanded="false"]')).waitFor();
  assert.equal(await spans(page).getAttribute('aria-rowcount'), '3');
  await page.keyboard.press('ArrowRight');
  await named(page, /^view/).and(page.locator('[aria-expanded="true"]')).waitFor();

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const orders = named(page, /^sql SELECT orders_order shop_user/);
  const before = await barOf(orders);
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await waitFor('the zoom', async () => {
    const { width } = await barOf(orders);
    return width > 2 * before.width;
  });
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('0');
  await waitFor('all of it again', async () => {
    const { width } = await barOf(orders);
    return width === before.width;
  });
  await page.keyboard.press('Escape');
  await spans(page).waitFor({ state: 'detached' });
});

test('the pointer zooms by dragging over the whole, and by the wheel', async (t) => {
  const page = await openTimeline(await setStage(t, { viewport: { width: 1400, height: 700 } }));
  const shown = page.locator('.t-overview');
  const box = await shown.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * 0.25, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await waitFor('half', async () =>
    /^Shown: 10\d ms to 20\d ms of 406 ms$/.test((await shown.getAttribute('aria-label')) ?? ''),
  );
  await page.mouse.move(box.x + box.width - 100, box.y + 200);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, 2000);
  await page.keyboard.up('Control');
  await waitFor('all of it', async () =>
    /^Shown: 0 µs to/.test((await shown.getAttribute('aria-label')) ?? ''),
  );
});

test('of thousands of spans only those in view are in the page', async (t) => {
  const { page, record, recordTraced } = await setStage(t);
  const large = largeTrace(5000);
  record(make.server());
  recordTraced(make.ended(1, { totals: totalsOf(large), duration: 500_000 }), large);
  await page.getByRole('row', { name: '/orders/1' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await spans(page).waitFor();
  assert.equal(await spans(page).getAttribute('aria-rowcount'), '5000');
  assert.ok((await page.locator('.t-row').count()) < 80);
  await spans(page).focus();
  await page.keyboard.press('End');
  await named(page, 'template template 95').and(page.locator('[aria-expanded]')).last().waitFor();
  assert.ok((await page.locator('*').count()) < 2500);
});
