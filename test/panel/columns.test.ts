import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';

const busyPage = (): make.Unkept[] => [
  make.server(),
  make.reload(1),
  make.ended(1, {
    'url.path': '/orders/42/',
    'http.route': '/orders/<int:pk>/',
    view: 'orders.views.OrderDetail',
    framework: 'django',
    duration: 412_000,
    totals: {
      sql: { count: 101, duration: 240_000 },
      template: { count: 3, duration: 60_000 },
      http: { count: 2, duration: 31_000 },
    },
    findings: ['n+1'],
  }),
];

const headers = (page: Page) => page.getByRole('columnheader').allInnerTexts();

test('a row says what a request was busy with', async (t) => {
  const { page, record, screenshot } = await setStage(t, {
    colorScheme: 'dark',
    viewport: { width: 1400, height: 420 },
  });
  record(...busyPage());
  const row = page.getByRole('row', { name: '/orders/42/' });
  const text =
    /N\+1\s+GET\s+200\s+\/orders\/42\/\s+\/orders\/<int:pk>\/ · OrderDetail\s+412 ms\s+101 240 ms\s+2 31 ms\s+1·1\s+5 kB/;
  assert.match(await row.innerText(), text);
  const bar = row.getByRole('img', { name: '412 ms: SQL 240 ms, own code 80 ms, templates 60 ms' });
  assert.equal(await bar.locator('rect').count(), 7);
  await screenshot('columns-dark');
});

test('columns are chosen from a menu, by keys too, and kept', async (t) => {
  const { page, record } = await setStage(t, { viewport: { width: 1400, height: 420 } });
  record(...busyPage());
  await page.getByRole('row', { name: '/orders/42/' }).waitFor();
  await page.keyboard.press('C');
  const menu = page.getByRole('menu', { name: 'Columns' });
  await menu.getByRole('menuitemcheckbox', { name: 'SQL', checked: true }).click();
  await menu.getByRole('menuitemcheckbox', { name: 'Trace id', checked: false }).press('Enter');
  await menu.getByRole('menuitemcheckbox', { name: 'Trace id', checked: true }).press('Escape');
  await menu.waitFor({ state: 'detached' });
  const shown = await headers(page);
  assert.equal(shown.includes('SQL'), false);
  assert.equal(shown.includes('Trace id'), true);

  await page.reload();
  await page.getByRole('row', { name: '0'.repeat(31) }).waitFor();
  await page.getByRole('columnheader', { name: 'Path' }).click({ button: 'right' });
  await menu.getByRole('menuitem', { name: 'As at First' }).click();
  await waitFor('the columns', async () => (await headers(page)).includes('SQL'));
});

test('a list that gets narrow leaves columns out, not the path', async (t) => {
  const { page, record } = await setStage(t, { viewport: { width: 1400, height: 420 } });
  record(...busyPage());
  await page.getByRole('row', { name: '/orders/42/' }).waitFor();
  const all = await headers(page);
  await page.setViewportSize({ width: 560, height: 420 });
  await waitFor('fewer columns', async () => (await headers(page)).length < all.length);
  const few = await headers(page);
  assert.ok(few.includes('Path') && few.includes('SQL') && !few.includes('Size'), few.join());
});

test('route and view beside a path can be read, or are out of sight', async (t) => {
  const { page, record } = await setStage(t, { viewport: { width: 560, height: 900 } });
  const lengths = Array.from({ length: 30 }, (_, length) => length);
  record(
    make.server(),
    ...lengths.map((length) =>
      make.ended(length, {
        'url.path': `/${'o'.repeat(length)}`,
        view: 'orders.views.OrderDetail',
      }),
    ),
  );
  await waitFor('all rows', async () => (await page.locator('.origin').count()) === lengths.length);
  const widths = await page.locator('.origin').evaluateAll((origins) =>
    origins.map((origin) => {
      const { top, width } = origin.getBoundingClientRect();
      const cell = origin.parentElement?.getBoundingClientRect();
      return cell && top < cell.bottom ? width : 0;
    }),
  );
  const seen = widths.filter((width) => width > 0);
  assert.ok(seen.length > 0 && seen.length < lengths.length, widths.join());
  assert.ok(Math.min(...seen) > 30, widths.join());
});
