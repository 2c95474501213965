import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { setStage } from './harness.ts';

/** Ten seconds of two workers, and a request in each, until a moment ago. */
function aWhile(): make.Unkept[] {
  const end = Math.floor(Date.now() / 1000) * 1_000_000;
  return Array.from({ length: 10 }, (_, second) => second).flatMap((second) => {
    const time = end - (10 - second) * 1_000_000;
    const worker = 1 + (second % 2);
    const request = make.ended(second, { started: time + 100_000 });
    return [
      { ...make.metrics(worker, { requests: 4, errors: 1 }), time: time + 1_000_000 },
      request,
    ];
  });
}

test('rate and latency are drawn over time, and told in a table', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(make.server(), make.reload(1), ...aWhile());
  await page.getByRole('row', { name: '/orders/9' }).waitFor();
  await page.keyboard.press('3');
  await page.getByRole('tab', { name: 'Charts', selected: true }).waitFor();
  await page.getByRole('button', { name: '1 min' }).click();
  const chart = page.getByRole('region', { name: 'Requests a second' });
  await chart.locator('canvas').waitFor();
  await screenshot('charts-dark');

  await page.getByText('The same as a table').press('Enter');
  const table = page.getByRole('table', { name: 'Rate and latency' });
  assert.match(await table.innerText(), /\d\d:\d\d:\d\d\s+8\s+2\s+\d+ ms\s+\d+ ms/);
  await table.getByRole('row', { name: / 8 2 / }).first().getByRole('button').click();
  await page.getByRole('tab', { name: 'Requests', selected: true }).waitFor();
  await page.getByText('2 shown').waitFor();
});

test('drawing over a chart shows the requests of that time', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), make.reload(1), ...aWhile());
  await page.getByRole('row', { name: '/orders/9' }).waitFor();
  await page.getByRole('tab', { name: 'Charts' }).click();
  await page.getByRole('button', { name: '1 min' }).click();
  const area = await page.locator('.u-over').first().boundingBox();
  assert.ok(area);
  const y = area.y + area.height / 2;
  await page.mouse.move(area.x + area.width * 0.2, y);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.6, y, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('tab', { name: 'Requests', selected: true }).waitFor();
  const text = await page.getByRole('combobox', { name: 'Filter' }).inputValue();
  assert.match(text, /^time:\d\d:\d\d:\d\d\.\.\d\d:\d\d:\d\d$/);
  assert.notEqual(text.slice(5, 13), text.slice(15), 'a range');
});
