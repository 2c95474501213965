/** Requests sent again from the page, to a real server with a real app. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import * as make from '../support/streamEvents.ts';
import { setStage } from './harness.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

async function openPanel(t: TestContext) {
  const server = await startServer(t, await APPS.flask(t));
  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
  await page.goto(server.info.panel ?? '');
  const rows = (name: string | RegExp) => page.getByRole('row', { name });
  const details = page.getByRole('region', { name: 'Details' });
  return { server, page, rows, details };
}

test('r sends a request again, and opens the new one, which leads back', async (t) => {
  const { server, page, rows, details } = await openPanel(t);
  await send(`${server.url}/?from=test`);
  await rows('from=test').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await details.getByText('A replay of that request').waitFor();
  assert.equal(await rows('from=test').count(), 2);
  await details.getByRole('button', { name: 'compare' }).click();
  await details.getByRole('tab', { name: 'Compare', selected: true }).waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill('is:replay');
  await page.getByText('1 shown').waitFor();
});

test('a POST is sent again only when a person says so, and as they edit it', async (t) => {
  const { server, page, rows, details } = await openPanel(t);
  await send(`${server.url}/form`, { method: 'POST', headers: FORM, body: 'name=Ada' });
  await rows('/form').click();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Replay POST /form' });
  await dialog.getByText('POST may do again what it did').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await rows('/form').count(), 1, 'nothing was sent');

  await page.keyboard.press('E');
  await dialog.getByRole('textbox', { name: 'Body' }).fill('name=Grace');
  await dialog.getByRole('textbox', { name: 'Path and query' }).fill('/form?edited=1');
  await dialog.getByRole('combobox', { name: 'Worker' }).selectOption('2');
  await page.screenshot({ path: 'test-results/panel/replay-edit.png' });
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await details.getByText('A replay of that request').waitFor();
  await details.getByRole('tab', { name: 'Request' }).click();
  await details.getByText('Hello, Grace').waitFor();
  await page.keyboard.press('Escape');
  await rows('edited=1').getByText('2·1').waitFor();
});

test('what cannot be sent is said in the dialog, which stays', async (t) => {
  const { server, page, rows } = await openPanel(t);
  await send(`${server.url}/?from=test`);
  await rows('from=test').click();
  await page.keyboard.press('E');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog
    .getByRole('textbox', { name: /Name of header/ })
    .last()
    .fill('not a name');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await rows(/GET/).count(), 1);
});

test('the debugger is the editor’s; a request that runs cannot be sent again yet', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), make.reload(1), make.started(1));
  await page.getByRole('row', { name: '/orders/1' }).click();
  await page.keyboard.press('R');
  await page.getByText('It runs still').waitFor();
  record(make.ended(1));
  await page.getByRole('row', { name: '200 /orders/1' }).waitFor();
  await page.keyboard.press('R');
  await page.getByText('needs the panel in VS Code').waitFor();
});

test('where a replay or a request from a file came from', async (t) => {
  const { page, record } = await setStage(t);
  const hostile = make.ended(2, { imported: 'har', worker: 0, 'url.path': '/<img src=x>' });
  record(make.server(), make.reload(1), make.ended(1), hostile);
  await page.getByRole('row', { name: '<img' }).click();
  await page.getByText('From a HAR file.').waitFor();
  await page.getByRole('combobox', { name: 'Filter' }).fill('is:imported');
  await page.getByText('1 shown').waitFor();
});
