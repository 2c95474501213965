import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';

const many = (count: number, from = 1): make.Unkept[] =>
  Array.from({ length: count }, (_, index) => make.ended(from + index));

const row = (page: Page, number: number) =>
  page.getByRole('row', { name: `/orders/${number}`, exact: false }).last();

/** Where a row is on the screen; null while it is not drawn. */
const placeOf = async (page: Page, number: number): Promise<number | undefined> =>
  (await row(page, number).boundingBox())?.y;

async function scrollTo(page: Page, top: number): Promise<void> {
  await page.locator('.scroller').evaluate((element, to) => {
    element.scrollTop = to;
  }, top);
}

test('the newest request stays in view until a person scrolls away', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), ...many(500));
  await row(page, 500).waitFor();
  record(...many(100, 501));
  await row(page, 600).waitFor();
  assert.ok((await page.getByRole('row').count()) < 60, 'only visible rows are in the page');

  await scrollTo(page, 200 * 22);
  await row(page, 205).waitFor();
  const place = await placeOf(page, 205);
  record(...many(37, 601));
  await page.getByRole('button', { name: '37 new rows' }).waitFor();
  assert.equal(await placeOf(page, 205), place, 'the row that is read does not move');

  await page.getByRole('button', { name: '37 new rows' }).click();
  await row(page, 637).waitFor();
  record(...many(10, 638));
  await row(page, 647).waitFor();
});

test('a row that is read does not move when the oldest are forgotten', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), ...many(10_000));
  await row(page, 10_000).waitFor();
  await scrollTo(page, 5000 * 22);
  await row(page, 5005).waitFor();
  const place = await placeOf(page, 5005);
  record(...many(800, 10_001));
  await page.getByText('800 older dropped').waitFor();
  await page.getByText('10,000 kept').waitFor();
  assert.equal(await placeOf(page, 5005), place);
});

test('rows that go leave nothing in the page, no comment either', async (t) => {
  const { page, record } = await setStage(t);
  const childNodes = (): Promise<number> =>
    page.locator('.window').evaluate((element) => element.childNodes.length);
  record(make.server(), ...many(100));
  await row(page, 100).waitFor();
  const before = await childNodes();
  for (let last = 200; last <= 4000; last += 100) {
    record(...many(100, last - 99));
    await row(page, last).waitFor();
  }
  assert.equal(await childNodes(), before);
});

test('freezing stops the view, not the capture', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), ...many(5));
  await row(page, 5).waitFor();
  await page.keyboard.press('f');
  record(...many(3, 6));
  await page.getByText('Frozen · 3 newer').waitFor();
  assert.equal(await page.locator('.request-row').count(), 5);
  await page.keyboard.press('f');
  await row(page, 8).waitFor();
  assert.equal(await page.locator('.request-row').count(), 8);
});

test('following is switched off and on with a key', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), ...many(200));
  await row(page, 200).waitFor();
  await page.keyboard.press('l');
  await row(page, 1).waitFor();
  await page.keyboard.press('l');
  await row(page, 200).waitFor();
});

test('the cursor is kept in view, and picking a row stops following', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), ...many(200));
  await row(page, 200).waitFor();
  for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowUp');
  await page.getByRole('row', { name: '/orders/171', selected: true }).waitFor();
  const place = await placeOf(page, 171);
  record(...many(20, 201));
  await page.getByRole('button', { name: /new rows/ }).waitFor();
  assert.equal(await placeOf(page, 171), place);
});

test('a flood arrives whole: every event counted, none lost, few nodes in the page', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server());
  for (let batch = 0; batch < 20; batch += 1) {
    record(...many(250, batch * 250 + 1), ...Array.from({ length: 250 }, () => make.log('line')));
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await waitFor('all of them', async () => {
    const footer = await page.getByRole('contentinfo').innerText();
    return /10,000 kept\s+0 older dropped\s+0 lost/.test(footer);
  });
  assert.ok((await page.locator('*').count()) < 1500);
});
