/** What the tabs of a request's details show of its trace. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { ordersTrace, totalsOf, trace } from '../support/traceSamples.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { recordRich } from './rich.ts';

const details = (page: Page) => page.getByRole('region', { name: 'Details' });

async function openTab(page: Page, name: string | RegExp): Promise<string> {
  await details(page).getByRole('tab', { name }).click();
  return details(page).getByRole('tabpanel', { name }).innerText();
}

const openOrders = (page: Page) => page.getByRole('row', { name: 'state=open' }).click();

test('the summary says in words what was found, and leads to it', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page } = stage;
  recordRich(stage);
  await openOrders(page);
  const found = details(page).locator('.finding').first();
  await found.waitFor();
  assert.match(
    await found.innerText(),
    /95 of 98 queries are one statement from orders\/templates\/orders\/list\.html:14, each time with other parameters \(N\+1\); about 207 ms wasted\./,
  );
  const summary = await details(page).innerText();
  assert.match(summary, /View\s+orders\.views\.OrderList\.get\s+orders\/views\.py:24\s+django/);
  assert.match(summary, /processor 161 ms[\s\S]*tracing cost 1\.2 ms \(0\.3 %\)/);
  const shares = await details(page).getByRole('table', { name: 'In the app' }).innerText();
  assert.match(shares, /SQL\s+219 ms\s+54 %\s+98 queries/);
  assert.match(shares, /HTTP\s+7\.9 ms\s+2 %\s+2 requests sent/);

  await found.getByRole('button', { name: 'Show' }).click();
  const statement = details(page).locator('.statement').first();
  await statement.getByRole('button', { expanded: true }).waitFor();
});

test('SQL is grouped by statement and line, opens to its executions, and explains', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page, commands } = stage;
  recordRich(stage);
  await openOrders(page);
  const text = await openTab(page, 'SQL 98');
  assert.match(text, /98 queries of 3 statements took 219 ms/);
  const statements = details(page).locator('.statement');
  assert.match(await statements.first().innerText(), /95×\s+209 ms\s+2\.2 ms\s+95[\s\S]*N\+1/);
  await details(page).getByRole('button', { name: 'Rows' }).click();
  await statements.first().getByText('orders_order').first().waitFor();

  await statements.nth(1).locator('.statement-toggle').click();
  const executions = details(page).getByRole('table', { name: 'Executions' });
  assert.match(await executions.getByRole('row').first().innerText(), /2\.2 ms\s+fetch 400 µs/);
  assert.equal(await executions.getByRole('row').count(), 50);
  await details(page).getByRole('button', { name: '45 more of 45' }).click();
  await executions.getByRole('row').nth(94).waitFor();

  await executions.getByRole('button', { name: 'Explain' }).first().click();
  const plan = details(page).getByRole('table', { name: 'Plan' });
  assert.match(await plan.innerText(), /Index Scan using shop_customer_pkey/);
  assert.deepEqual(commands, [`explain ${make.requestId(20)} 10`]);
});

test('templates, cache calls and requests that the app sent have a tab each', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page } = stage;
  recordRich(stage);
  await openOrders(page);
  const templates = await openTab(page, 'Templates 2');
  assert.match(templates, /orders\/list\.html[\s\S]*383 ms\s+1\.3 ms\s+2/, 'without what is in it');
  assert.match(templates, /orders\/row\.html\s+380 ms\s+171 ms\s+95/);
  assert.match(await openTab(page, 'Cache 2'), /get orders:filters:42[\s\S]*310 µs\s+miss/);
  const sent = await openTab(page, 'HTTP 2');
  assert.match(sent, /GET\s+503\s+https:\/\/rates\.example[\s\S]*HTTPError[\s\S]*GET\s+200/);
});

test('headers and bodies: JSON is laid out, a form is a table, what was hidden is said', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page } = stage;
  recordRich(stage);
  await page.getByRole('row', { name: '/checkout' }).click();
  const text = await openTab(page, 'Request');
  assert.match(text, /Authorization\s+Bearer \[hidden\]/);
  assert.match(text, /Request body[\s\S]*41 B[\s\S]*secrets hidden/);
  const form = details(page).getByRole('table', { name: 'Request form' });
  assert.match(await form.innerText(), /card\s+\[hidden\]\s+note\s+gift wrap/);
  await details(page).getByText('"error": "payment failed"').waitFor();
  await details(page).getByRole('button', { name: 'Response Body as It Was Sent' }).click();
  await details(page).getByText('{"error":"payment failed","order":9,"retry":true}').waitFor();
});

test('an exception shows the part that failed, locals, notes, its cause and its template', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page } = stage;
  recordRich(stage);
  await page.getByRole('row', { name: '/checkout' }).click();
  const text = await openTab(page, 'Exception');
  assert.equal(await details(page).locator('mark').innerText(), 'form["amount"]');
  assert.match(text, /card\s+\[hidden\]\s+redacted\s+open_orders[\s\S]*lazy/);
  assert.match(text, /CAUSED BY\s+KeyError: 'amount'[\s\S]*while reading the form of order 9/);
  assert.match(text, /template\s+orders\/templates\/orders\/pay\.html:12/);
  await details(page).getByRole('button', { name: 'Copy Traceback' }).click();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  assert.match(String(copied), /^Traceback \(most recent call last\)/);
});

test('a running request gets its trace when it ends, without being opened again', async (t) => {
  const { page, record, recordTraced } = await setStage(t);
  record(make.server(), make.started(1));
  await page.getByRole('row', { name: '/orders/1' }).click();
  await details(page).getByText('Still running.').waitFor();
  const orders = ordersTrace();
  recordTraced(make.ended(1, { totals: totalsOf(orders), duration: 405_600 }), orders);
  await details(page).locator('.finding').first().waitFor();
  assert.equal(await details(page).getByRole('tab', { name: 'Timeline' }).count(), 1);
});

test('a trace that is not there is said to be so, and tabs without contents are hidden', async (t) => {
  const { page, record, recordTraced } = await setStage(t, {
    viewport: { width: 1100, height: 640 },
  });
  const totals = { sql: { count: 4, duration: 900 } };
  record(make.server(), make.ended(1, { totals }), make.ended(2, { totals, detail: 'summary' }));
  const group = {
    kind: 'sql',
    text: 'SELECT 1',
    site: null,
    count: 4000,
    duration: 80_000,
  } as const;
  recordTraced(make.ended(3, { totals }), trace([], { groups: [{ ...group, longest: 90 }] }));

  await page.getByRole('row', { name: '/orders/1' }).click();
  await details(page).getByText('Its details are no longer kept.').waitFor();
  assert.deepEqual(await details(page).getByRole('tab').allInnerTexts(), ['Summary']);
  await page.getByRole('row', { name: '/orders/2' }).click();
  await details(page).getByText('Told in summary').waitFor();
  await page.getByRole('row', { name: '/orders/3' }).click();
  await details(page).getByText('4,000 spans past the bound').waitFor();
  const sql = await openTab(page, 'SQL 4');
  assert.match(sql, /4,000×\s+80 ms[\s\S]*SELECT 1/);
});

test('the tab is kept from request to request, and for when the page is loaded again', async (t) => {
  const stage = await setStage(t);
  const { page } = stage;
  recordRich(stage);
  await openOrders(page);
  await openTab(page, 'SQL');
  await page.getByRole('row', { name: '/checkout' }).click();
  await details(page).getByText('UPDATE').first().waitFor();
  await page.reload();
  await details(page).getByText('UPDATE').first().waitFor();
  await page.getByRole('row', { name: 'wp-login' }).click();
  await details(page).getByRole('tab', { name: 'Summary', selected: true }).waitFor();
});

test('tabs, N+1 and sources are a key away', async (t) => {
  const stage = await setStage(t, { viewport: { width: 1400, height: 700 } });
  const { page } = stage;
  recordRich(stage);
  await page.getByRole('row', { name: '/checkout' }).waitFor();
  const selected = (name: string) =>
    details(page).getByRole('tab', { name, selected: true }).waitFor();
  await page.keyboard.press('n');
  await details(page).getByRole('heading', { name: '/orders/?state=open' }).waitFor();
  await details(page).locator('.finding').first().waitFor();
  await page.keyboard.press('o');
  await page.getByText(`Copied ${make.ROOT}/orders/views.py:24`).waitFor();
  await page.keyboard.press('ArrowRight');
  await selected('Timeline');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await selected('Compare');

  await details(page).getByRole('tab', { selected: true }).focus();
  await page.keyboard.press('ArrowRight');
  await selected('Summary');
  const focused = () => page.evaluate('document.activeElement.id');
  await waitFor('the focus to follow', async () => (await focused()) === 'tab-summary');
  await page.keyboard.press('3');
  await selected('SQL');
  await page.getByRole('grid').focus();
  await page.keyboard.press('2');
  await page.getByRole('tab', { name: 'Logs', selected: true }).first().waitFor();
});
