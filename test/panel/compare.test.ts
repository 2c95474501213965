/** Comparing on the page: with the code before, which is told of with the request, and of any two by hand. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Before } from '../../server/stream/protocol.ts';
import * as make from '../support/streamEvents.ts';
import { recordEdited } from './edited.ts';
import { setStage } from './harness.ts';
import { scene } from './scene.ts';

const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name });

const before = (changes: Partial<Before> = {}): Before => ({
  request: make.requestId(3),
  generation: 1,
  duration: 655_000,
  'http.response.status_code': 200,
  totals: { sql: { count: 181, duration: 430_000 } },
  ...changes,
});

test('a row tells what is other than on the code before, if asked in a column of its own', async (t) => {
  const { page, record } = await setStage(t, { viewport: { width: 1400, height: 420 } });
  const totals = { sql: { count: 101, duration: 240_000 } };
  record(
    make.server(),
    make.ended(1, { duration: 412_000, totals, before: before() }),
    make.ended(2, { duration: 700_000, totals, before: before({ duration: 400_000 }) }),
    make.ended(3, { duration: 400_300, before: before({ duration: 400_000, totals: {} }) }),
    make.ended(4),
  );
  await row(page, '/orders/1').getByTitle('655 → 412 ms, SQL 181 → 101').waitFor();
  assert.equal(await page.locator('.c-delta').count(), 0, 'hidden at first');
  await page.getByRole('button', { name: 'Columns (c)' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Δ' }).click();
  const figures = page.locator('.request-row .c-delta');
  await figures.first().waitFor();
  const words = (await figures.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
  assert.deepEqual(words, ['▼ faster 243 ms', '▲ slower 300 ms', '≈ same', '']);
});

test('A is marked with a key, seen, and dropped', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await row(page, '/orders/42').click();
  await page.keyboard.press('d');
  await page.getByText('A is GET /orders/42.').waitFor();
  await page.locator('.row.is-a .badge.a').waitFor();
  assert.equal(await page.locator('.is-a').count(), 1);
  await page.keyboard.press('Escape');
  await page.locator('.is-a').waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Details' }).waitFor();
});

test('the menu of a row is there for the pointer and for the keys', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await row(page, '/login').click({ button: 'right' });
  const menu = page.getByRole('menu', { name: 'POST /login' });
  // Entries in groups; the pointer takes the focus along; the keys that it shows are its own.
  assert.equal(await menu.getByRole('separator').count(), 3);
  await menu.getByRole('menuitem', { name: 'Copy as fetch' }).hover();
  assert.match(await page.locator('.menu button:focus').innerText(), /fetch/);
  const { y = 0, height = 0 } = (await menu.boundingBox()) ?? {};
  assert.ok(y >= 0 && y + height <= 420, 'all of it is on the page');
  await page.keyboard.press('d');
  await page.locator('.footer').getByText('POST /login').waitFor();
  assert.equal(await page.locator('.grid:focus').count(), 1, 'the list has the focus again');
  await row(page, '/export.csv').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.grid:focus').press('Shift+F10');
  await page.getByRole('menu', { name: 'GET /export.csv' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '/export.csv' }).waitFor();
});

const details = (page: Page) => page.getByRole('region', { name: 'Details' });
const table = (page: Page, name: string) => details(page).getByRole('table', { name });

test('the last run on the code before is compared by itself: in the summary, in words, in figures', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 900 } });
  const { page, record } = stage;
  record(make.server({ generation: 2 }));
  recordEdited(stage);
  await row(page, '/basket').last().click();
  await details(page).getByText('Generation 1 → 2: 99 → 21 ms, SQL 41 → 1, cache 0 → 1').waitFor();
  await details(page).getByRole('button', { name: 'Compare' }).click();
  await details(page).getByRole('tab', { name: 'Compare', selected: true }).waitFor();
  const words = await details(page).getByRole('list', { name: 'From A to B' }).innerText();
  assert.match(words, /^99 → 21 ms[\s\S]*gone: N\+1, 40 times from views\.py:14[\s\S]*SQL 41 → 1/);

  const spans = await table(page, 'Spans before and after').getByRole('row').allInnerTexts();
  const [, first = '', ...others] = spans.map((text) => text.replaceAll(/\s+/g, ' '));
  assert.match(
    first,
    /sql gone SELECT .*shop_customer.* shop\/views\.py:14 40 → 0 80 ms → – −80 ms/,
  );
  assert.ok(
    others.some((text) => /cache new get_many basket:9 .* 0 → 1 – → 700 µs \+700 µs/.test(text)),
  );
  await table(page, 'Response headers').getByText('"50"').waitFor();
  assert.match(await table(page, 'Request headers').innerText(), /If-None-Match\s+\+\s*"4f"/);
  const lines = details(page).getByRole('group', { name: 'Response body, from A to B' });
  assert.match(await lines.locator('.gone').innerText(), /−\s*removed:\s+"price": 10/);
  assert.match(await lines.locator('.new').innerText(), /\+\s*added:\s+"price": 12/);
  assert.match(await lines.innerText(), /⋯ \d+ lines as before/);
});

test('any two are compared with the keys alone, and the other way round', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 900 } });
  const { page, record } = stage;
  record(...scene());
  recordEdited(stage);
  await row(page, '/basket').last().waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('d');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.keyboard.press('d');
  const sides = details(page).getByRole('list', { name: 'Compared' }).getByRole('listitem');
  await sides.first().waitFor();
  assert.match(await sides.first().innerText(), /^A\s+GET \/basket[\s\S]*generation 2/);
  assert.match(await sides.last().innerText(), /^B\s+GET \/export\.csv/);
  await details(page).getByText('The details of B are no longer kept').waitFor();
  assert.equal(await page.locator('.is-a').count(), 0, 'A is no longer marked');

  await details(page).getByRole('button', { name: 'Swap' }).click();
  await sides.first().getByText('/export.csv').waitFor();
  await details(page).getByRole('heading', { name: '/basket' }).waitFor();
  await details(page).getByRole('button', { name: 'With the Code Before' }).click();
  await sides.first().getByText('generation 1').waitFor();
});

test('what cannot be compared is said to be so, and a running request has nothing to compare', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), make.ended(1), make.started(2));
  await row(page, '/orders/1').click();
  await page.keyboard.press('d');
  await row(page, '/orders/2').click();
  assert.deepEqual(await details(page).getByRole('tab').allInnerTexts(), ['Summary']);
  await page.keyboard.press('d');
  await page.getByText('It runs still').waitFor();
  await page.locator('.is-a').waitFor();
});
