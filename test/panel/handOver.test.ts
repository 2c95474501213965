import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { ordersTrace } from '../support/traceSamples.ts';
import { setStage } from './harness.ts';

const clipboard = 'navigator.clipboard.readText()';

test('a request is copied as what other tools take', async (t) => {
  const { page, record, recordTraced } = await setStage(t);
  record(make.server(), make.reload(1));
  recordTraced(make.ended(1, { 'url.query': "q='; rm" }), ordersTrace());
  const row = page.getByRole('row', { name: '/orders/1' });
  await row.click();
  await page.keyboard.press('c');
  await page.getByText('Copied as curl. Fill in what was hidden.').waitFor();
  assert.match(String(await page.evaluate(clipboard)), /^curl |\ncurl /);

  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy as pytest' }).click();
  await page.getByText('Copied as pytest.').waitFor();
  assert.match(String(await page.evaluate(clipboard)), /def test_/);
});

test('what the filter leaves is exported, and taken in again by dropping the file', async (t) => {
  const { page, record, recordTraced } = await setStage(t);
  record(make.server(), make.reload(1));
  for (const number of [1, 2, 3]) recordTraced(make.ended(number), ordersTrace());
  await page.getByRole('row', { name: '/orders/3' }).waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill('-/orders/2');
  await page.getByText('2 shown').waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('x');
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export 2 Requests as HAR' }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /\.har$/);
  const text = readFileSync(await download.path(), 'utf8');
  assert.equal(JSON.parse(text).log.entries.length, 2);

  await page.evaluate((content) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], 'shop.har'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  }, text);
  await page.getByText('2 requests from shop.har.').waitFor();
  await page.getByText('2 shown').waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Filter' }).inputValue(), 'is:imported');

  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['<script>'], 'broken.har'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  });
  await page.getByText('broken.har').first().waitFor();
});
