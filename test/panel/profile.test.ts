/** The profile of a slow request: as a flame graph, by keys, pointer and ear; by file; and in a sentence. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Profile } from '../../server/stream/profile.ts';
import { largeProfile, ordersProfile } from '../support/profileSamples.ts';
import * as make from '../support/streamEvents.ts';
import { ordersTrace, totalsOf } from '../support/traceSamples.ts';
import { waitFor } from '../support/wait.ts';
import { type Stage, setStage } from './harness.ts';

const WIDE = { viewport: { width: 1400, height: 700 } };
const details = (page: Page) => page.getByRole('region', { name: 'Details' });
const tree = (page: Page) => details(page).getByRole('tree', { name: 'Flame graph' });
const selected = (page: Page) => tree(page).getByRole('treeitem', { selected: true });
const info = (page: Page) => details(page).getByRole('region', { name: 'Frame' });

function recordProfiled({ record, recordTraced }: Stage, profile: Profile = ordersProfile()): void {
  const orders = { ...ordersTrace(), profile };
  const totals = totalsOf(orders);
  record(make.server(), make.ended(1));
  recordTraced(make.ended(2, { totals, duration: 405_600, profiled: true }), orders);
}

async function openProfile(stage: Stage, profile?: Profile): Promise<Page> {
  const { page } = stage;
  recordProfiled(stage, profile);
  await page.getByRole('row', { name: '/orders/2' }).click();
  await details(page).getByRole('tab', { name: 'Profile' }).click();
  await tree(page).waitFor();
  return page;
}

/** What the name of the selected box says, when it says this. */
const said = (page: Page, words: RegExp) =>
  waitFor(`${words}`, async () =>
    words.test((await selected(page).getAttribute('aria-label', { timeout: 5000 })) ?? ''),
  );

test('a profiled request has a flame, is found by has:profile, and is told in a sentence', async (t) => {
  const stage = await setStage(t, WIDE);
  const { page } = stage;
  recordProfiled(stage);
  await page.getByRole('row', { name: '/orders/2' }).getByTitle('Profiled').waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill('has:profile');
  await page.getByText('1 shown').waitFor();
  await page.getByRole('row', { name: '/orders/2' }).click();
  const sentence = details(page).locator('.told', { hasText: 'waiting' });
  assert.equal(
    (await sentence.innerText()).replaceAll(/\s+/g, ' '),
    '63 % in orders/pricing.py:14 quote(), 20 % waiting from orders/templatetags/prices.py:9 price(), ' +
      '14 % in C code that held the interpreter from orders/report.py:22 checksum(). Show Profile',
  );
  await sentence.getByRole('button', { name: 'Show Profile' }).click();
  await tree(page).waitFor();
  await details(page)
    .getByText('Not sampled: the first 50 ms. 31 samples, at most 100 a second')
    .waitFor();
});

test('it is used with the keys alone, and every box is told in words', async (t) => {
  const page = await openProfile(await setStage(t, WIDE));
  await tree(page).focus();
  await page.keyboard.press('ArrowDown');
  await said(
    page,
    /^WSGIHandler\.__call__, django\/core\/handlers\/wsgi\.py:124, total 350 ms \(100 %\), self 0/,
  );
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
  await said(
    page,
    /^OrderList\.get, orders\/views\.py:31, own code, total 350 ms \(100 %\), self 10 ms/,
  );
  assert.equal(await selected(page).getAttribute('aria-level'), '4');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
  await said(page, /^quote, orders\/pricing\.py:14, own code, total 80 ms \(23 %\), self 80 ms/);
  await page.keyboard.press('ArrowLeft');
  await said(page, /^QuerySet\._fetch_all, .*waiting 30 ms/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await said(page, /^waiting, psycopg\/cursor\.py:97, total 30 ms/);
  await info(page).getByText('its thread used no processor').waitFor();

  await page.keyboard.press('Enter');
  const all = details(page).getByRole('button', { name: 'Show All' });
  await all.waitFor();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Backspace');
  await all.waitFor();
  await page.keyboard.press('Escape');
  await all.waitFor({ state: 'detached' });
  assert.equal(await tree(page).count(), 1, 'the details are still open');
  await page.keyboard.press('o');
  await page.getByText(`Copied ${make.ROOT}/orders/templatetags/prices.py:9`).waitFor();
  await page.keyboard.press('Escape');
  await tree(page).waitFor({ state: 'detached' });
});

test('the pointer tells, zooms and opens', async (t) => {
  const page = await openProfile(await setStage(t, WIDE));
  const box = await tree(page).boundingBox();
  assert.ok(box);
  const at = (milliseconds: number, depth: number): [x: number, y: number] => [
    box.x + (milliseconds / 405.6) * box.width,
    box.y + 18 * depth + 9,
  ];
  await page.mouse.move(...at(250, 7));
  const tip = page.locator('.f-tip');
  assert.match(await tip.innerText(), /^quote\s+orders\/pricing\.py:14\s+own code\s+total 80 ms/);
  await page.mouse.move(...at(375, 5));
  assert.match(
    await tip.innerText(),
    /^native code\s+orders\/report\.py:22\s+total 50 ms \(14 %\)/,
  );
  await page.mouse.move(...at(20, 3));
  await tip.waitFor({ state: 'detached' });

  await page.mouse.click(...at(250, 7));
  await info(page).getByText('80 ms, 23 %').first().waitFor();
  await details(page).getByRole('button', { name: 'Show All' }).waitFor();
  // Zoomed to it, it is as wide as the graph.
  await page.mouse.move(box.x + box.width - 40, at(0, 7)[1]);
  assert.match(await tip.innerText(), /^quote/);
  await info(page).getByRole('button', { name: 'orders/pricing.py:14' }).click();
  await page.getByText(`Copied ${make.ROOT}/orders/pricing.py:14`).waitFor();
});

test('left heavy takes together what is alike; by file, the own first; both are kept', async (t) => {
  const page = await openProfile(await setStage(t, WIDE));
  const layout = details(page).getByRole('radiogroup', { name: 'Layout' });
  await layout.getByRole('radio', { name: 'Time Order', checked: true }).focus();
  await page.keyboard.press('ArrowRight');
  await layout.getByRole('radio', { name: 'Left Heavy', checked: true }).waitFor();
  await tree(page).focus();
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowDown');
  await said(page, /^quote, orders\/pricing\.py:14, own code, total 220 ms \(63 %\), self 220 ms$/);
  const lines = info(page).getByRole('list', { name: 'Lines' });
  assert.match(
    await lines.innerText(),
    /pricing\.py:14\s+180 ms, 51 %\s+orders\/pricing\.py:17\s+40 ms/,
  );

  await layout.getByRole('radio', { name: 'By File' }).click();
  const table = details(page).getByRole('table', { name: 'By file' });
  const rows = (await table.getByRole('row').allInnerTexts()).map((row) =>
    row.replaceAll(/\s+/g, ' '),
  );
  assert.match(rows[1] ?? '', /^orders\/pricing\.py own code 220 ms 63 % 220 ms 63 %/);
  assert.match(rows[2] ?? '', /^orders\/pricing\.py:14 quote 180 ms 51 % 180 ms 51 %/);
  await table.getByRole('button', { name: 'Total' }).click();
  await table
    .getByRole('columnheader', { name: 'Total' })
    .and(page.locator('[aria-sort="descending"]'))
    .waitFor();
  await table.getByRole('row').nth(1).getByText('orders/views.py').waitFor();
  await page.reload();
  await layout.getByRole('radio', { name: 'By File', checked: true }).waitFor();
});

test('a search says how much of the time it found, and gives the focus back', async (t) => {
  const page = await openProfile(await setStage(t, WIDE));
  await tree(page).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('PRICING');
  await details(page).getByText('1 function, 63 %').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.f-graph:focus').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await details(page).getByText('1 function').waitFor({ state: 'detached' });
  await page.locator('.f-graph:focus').waitFor();
});

test('thousands of samples, sixty deep, make a canvas and not thousands of elements', async (t) => {
  const page = await openProfile(await setStage(t, WIDE), largeProfile(5000, 60));
  assert.ok((await page.locator('prefork-flame *').count()) < 120);
  await tree(page).focus();
  for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowDown');
  await waitFor('the 40th', async () => (await selected(page).getAttribute('aria-level')) === '40');
  const top = await page.locator('.f-scroller').evaluate((scroller) => scroller.scrollTop);
  assert.ok(top > 0, 'what is selected is in view');
  await page.keyboard.press('Enter');
  await details(page).getByRole('button', { name: 'Show All' }).waitFor();
});
