import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { setStage } from './harness.ts';
import { scene } from './scene.ts';

test('an opened request shows its phases, its log lines and its exception', async (t) => {
  const { page, record, screenshot } = await setStage(t, {
    colorScheme: 'light',
    viewport: { width: 1100, height: 640 },
  });
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).click();
  const details = page.getByRole('region', { name: 'Details' });
  await details.getByRole('heading', { name: 'POST /pay' }).waitFor();

  assert.equal(await details.getByText('amount = form["amount"]').isVisible(), true);
  const phases = await details.getByRole('table', { name: 'Phases' }).innerText();
  assert.match(phases, /read\s+300 µs\s+< 1 %/);
  assert.match(phases, /app\s+36 ms\s+96 %/);
  await details.getByRole('tab', { name: 'Logs 2' }).click();
  await details.getByRole('tabpanel', { name: 'Logs' }).waitFor();
  assert.match(await details.innerText(), /DEBUG\s+charging order 9/);
  assert.match(await details.innerText(), /ERROR\s+Payment failed for order 9/);

  await details.getByRole('tab', { name: 'Exception 1' }).click();
  await details.getByText('amount = form["amount"]').waitFor();
  const library = details.getByText('response = self.full_dispatch_request()');
  assert.equal(await library.isVisible(), false, 'library frames are folded');
  await details.getByText('2 library frames').click();
  assert.equal(await library.isVisible(), true);
  await screenshot('details-light');
});

test('in a browser tab a file:line is copied', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).click();
  await page.getByRole('button', { name: 'orders/payment.py:17' }).click();
  const place = `${make.ROOT}/orders/payment.py:17`;
  await page.getByText(`Copied ${place}`).waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), place);
});

test('phases that cannot be known are said to be so, and gaps are shown', async (t) => {
  const { page, record } = await setStage(t);
  const phases = { read: null, app: 60_000, iterate: 10_000, write: null, close: null };
  record(make.server(), make.ended(1, { duration: 100_000, phases }));
  await page.getByRole('row', { name: '/orders/1' }).click();
  const table = await page.getByRole('table', { name: 'Phases' }).innerText();
  assert.match(table, /read\s+not known/);
  assert.match(table, /unaccounted\s+30 ms\s+30 %/);
});

test('log lines that the page has forgotten come from the server', async (t) => {
  const { page, record } = await setStage(t);
  const request = make.requestId(1);
  record(make.server(), make.log('said long ago', { request }), make.ended(1, { logs: 1 }));
  record(...Array.from({ length: 10_050 }, (_, number) => make.log(`line ${number}`)));
  await page.getByText('51 older dropped').waitFor();
  await page.getByRole('row', { name: '/orders/1' }).click();
  await page.getByRole('tab', { name: 'Logs 1', exact: true }).click();
  await page.getByText('said long ago').waitFor();
});

test('a reload is opened for its files, a failed one for its exception', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: 'gen 1 → 2' }).click();
  const details = page.getByRole('region', { name: 'Details' });
  await details.getByRole('button', { name: 'orders/models.py:1' }).waitFor();
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
});

test('a reload is opened for what was preloaded, what was not, and why', async (t) => {
  const { page, record, screenshot } = await setStage(t, {
    viewport: { width: 1100, height: 640 },
  });
  record(...scene());
  await page.getByRole('row', { name: 'gen 1 → 2' }).click();
  const details = page.getByRole('region', { name: 'Details' });
  await details.getByText('2 modules preloaded, 40 ms saved a worker').click();
  const preloaded = await details
    .getByRole('table', { name: 'Preloaded', exact: true })
    .innerText();
  assert.match(preloaded, /31 ms\s+django.db.models\s+9.2 ms\s+asgiref.sync/);
  await details.getByText('1 module not preloaded').click();
  const cold = await details.getByRole('table', { name: 'Not preloaded' }).innerText();
  assert.match(cold, /django.contrib.auth.models\s+asks for user code \(settings\)/);
  await screenshot('details-preload');
});

test('the details are resized with the keys, and kept when the tab is loaded again', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).click();
  const line = page.getByRole('separator');
  await line.press('ArrowLeft');
  await line.press('ArrowLeft');
  const resized = page.locator('[role="separator"][aria-valuenow="58"]');
  await resized.waitFor({ state: 'attached' });
  await page.reload();
  await resized.waitFor({ state: 'attached' });
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
});
