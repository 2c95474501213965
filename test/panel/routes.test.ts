import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { setStage } from './harness.ts';

const LIST = { 'http.route': '/orders/', view: 'orders.views.OrderList', 'url.path': '/orders/' };
const sql = { sql: { count: 101, duration: 240_000 } };

/** Three runs of a list before an edit and one after it, a payment that fails, a file. */
const EVENTS = [
  make.server(),
  make.reload(1),
  ...[655_000, 640_000, 700_000].map((duration, number) =>
    make.ended(number, { ...LIST, duration, totals: sql, findings: ['n+1'] }),
  ),
  make.reload(2),
  make.ended(4, { ...LIST, generation: 2, duration: 412_000, findings: ['duplicate'] }),
  make.ended(5, {
    'http.request.method': 'POST',
    'http.route': '/pay/<int:order>',
    'http.response.status_code': 500,
    duration: 900_000,
  }),
  make.ended(6, { 'url.path': '/static/<script>.css', duration: 900 }),
];

test('each route has a row of figures, which can be sorted and leads to its requests', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(...EVENTS);
  await page.getByRole('row', { name: '<script>' }).waitFor();
  await page.keyboard.press('4');
  const table = page.getByRole('table', { name: 'Routes' });
  const first = table.locator('tbody tr').first();
  assert.match(
    await first.innerText(),
    /GET \/orders\/\s+duplicate\s+orders\.views\.OrderList\s+4\s+640 ms\s+700 ms\s+700 ms\s+101 · 240 ms\s+700 → 412 ms/,
  );
  await screenshot('routes-dark');

  await table.getByRole('button', { name: 'Slowest' }).click();
  await table.getByRole('columnheader', { name: 'Slowest', exact: true }).waitFor();
  assert.match(await first.innerText(), /POST \/pay\/<int:order>\s+1\s+1\s+900 ms/);
  await table.getByRole('button', { name: 'POST' }).focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Requests', selected: true }).waitFor();
  await page.getByText('4 shown').waitFor();
});

test('figures go on while they are looked at; without requests it is said how to get some', async (t) => {
  const { page, record } = await setStage(t, { viewport: { width: 320, height: 600 } });
  record(make.server(), make.reload(1));
  await page.getByRole('tab', { name: 'Routes' }).click();
  await page.getByText('No request to a route yet').waitFor();
  record(...EVENTS.slice(2, 4));
  await page.getByRole('row', { name: 'GET /orders/' }).waitFor();
  assert.equal(await page.getByRole('columnheader', { name: 'p95' }).isVisible(), false, 'narrow');
});
