/** Comparing on the page: with the code before, which is told of with the request, and of any two by hand. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Before } from '../../server/stream/protocol.ts';
import * as make from '../support/streamEvents.ts';
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
  await menu.getByRole('menuitem', { name: 'Mark as A' }).click();
  await page.locator('.footer').getByText('POST /login').waitFor();
  await row(page, '/export.csv').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.grid:focus').press('Shift+F10');
  await page.getByRole('menu', { name: 'GET /export.csv' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '/export.csv' }).waitFor();
});
