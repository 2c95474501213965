import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { scene } from './scene.ts';

const selected = (page: Page) => page.locator('[role="row"][aria-selected="true"]');
const title = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Details' }).getByRole('heading', { name: text }).waitFor();

const order = (page: Page, number: number, options: { selected?: boolean } = {}) =>
  page.getByRole('row', { name: new RegExp(`/orders/${number}\\b`), ...options });

test('a request is found and opened with the keyboard alone', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/export.csv' }).waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await title(page, 'POST /pay');
  assert.equal(
    await page.getByRole('grid').getAttribute('aria-activedescendant'),
    await selected(page).getAttribute('id'),
  );
  await page.keyboard.press('ArrowUp');
  await title(page, 'GET /orders/42');
  await page.keyboard.press('e');
  await title(page, 'POST /pay');
  await page.keyboard.press('g');
  await title(page, 'gen 1');
  await page.keyboard.press('g');
  await title(page, 'gen 1 → 2');
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Details' }).waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
});

test('pages, the oldest and the newest are a key away; in the details they scroll', async (t) => {
  const { page, record } = await setStage(t);
  record(...Array.from({ length: 300 }, (_, number) => make.ended(number + 1)));
  const cursorAt = (number: number) => order(page, number, { selected: true }).waitFor();
  await page.getByRole('row', { name: '/orders/300' }).waitFor();
  await page.keyboard.press('Home');
  await cursorAt(1);
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageUp');
  const rows = await page.locator('.scroller').evaluate((list) => list.clientHeight / 22);
  await cursorAt(1 + Math.floor(rows));
  await page.keyboard.press('End');
  await cursorAt(300);

  await page.keyboard.press('Enter');
  await title(page, '/orders/300');
  await page.locator('.details-content').press('Home');
  await cursorAt(300);
});

test('the two lists are scrolled each for itself', async (t) => {
  const { page, record } = await setStage(t);
  record(...Array.from({ length: 200 }, (_, number) => make.ended(number + 1)));
  record(...Array.from({ length: 200 }, (_, number) => make.log(`line ${number + 1}.`)));
  await page.getByRole('row', { name: '/orders/200' }).waitFor();
  await page.keyboard.press('Home');
  await order(page, 1).waitFor();
  await page.keyboard.press('2');
  await page.getByRole('row', { name: 'line 200.' }).waitFor();
  record(make.log('the newest'));
  await page.getByRole('row', { name: 'the newest' }).waitFor();
  await page.keyboard.press('1');
  await order(page, 1, { selected: true }).waitFor();
});

test('the filter box takes its letters, and gives the keys back', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('-/orders file');
  assert.equal(await page.getByRole('combobox', { name: 'Filter' }).inputValue(), '-/orders file');
  await page.getByText('10 rows hidden by the filter').waitFor();
  await page.getByRole('button', { name: 'Clear Filter' }).click();
  await page.getByRole('row', { name: '/pay' }).waitFor();
});

test('the filter leaves what matches, says what it does not understand', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  const rows = () => page.locator('.request-row .path').allInnerTexts();
  const filter = page.getByRole('combobox', { name: 'Filter' });
  await filter.fill('slower:100ms -status:404 worker:1');
  await waitFor('the rows', async () => (await rows()).length === 3);
  assert.deepEqual(await rows(), ['/orders/?page=2&sort=date', '/orders/42', '/export.csv']);
  await page.getByText('3 shown').waitFor();
  await filter.fill('status:9xx');
  await page.getByText('status:9xx takes 404, 4xx or none').waitFor();
  assert.equal(await filter.getAttribute('aria-invalid'), 'true');
});

test('the filter box offers keys and the values that were seen', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).waitFor();
  const filter = page.getByRole('combobox', { name: 'Filter' });
  const list = page.getByRole('listbox', { name: 'Completions' });
  await page.keyboard.press('/');
  await page.keyboard.press('Control+Space');
  await list.getByRole('option', { name: 'route:' }).waitFor();
  await screenshot('completion-dark');
  await page.keyboard.type('meth');
  await page.keyboard.press('Tab');
  assert.equal(await filter.inputValue(), 'method:');
  await list.getByRole('option', { name: 'method:GET 8×' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const meant = list.getByRole('option', { name: 'method:POST 2×', selected: true });
  await meant.waitFor();
  assert.equal(await filter.getAttribute('aria-activedescendant'), await meant.getAttribute('id'));
  await page.keyboard.press('Enter');
  assert.equal(await filter.inputValue(), 'method:POST ');
  await page.getByText('2 shown').waitFor();

  await page.keyboard.type('st');
  await list.waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  assert.equal(await filter.evaluate((box) => box === document.activeElement), true);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.getByText('2 shown').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.grid:focus').waitFor();
  await page.getByRole('button', { name: 'Clear the Filter' }).click();
  await page.getByText('shown').waitFor({ state: 'detached' });
});

test('a worker chip filters for its worker, and no longer', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  const workers = page.getByRole('group', { name: 'Workers' });
  const filter = page.getByRole('combobox', { name: 'Filter' });
  await workers.getByRole('button', { name: '2', pressed: false }).click();
  await page.getByText('3 shown').waitFor();
  assert.equal(await filter.inputValue(), 'worker:2');
  await workers.getByRole('button', { name: '2', pressed: true }).click();
  await page.getByText('3 shown').waitFor({ state: 'detached' });
  assert.equal(await filter.inputValue(), '');
});

test("a worker's menu restarts or debugs it", async (t) => {
  const { page, record, commands, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(...scene());
  const chip = page.getByRole('group', { name: 'Workers' }).getByRole('button', { name: '2' });
  const menu = page.getByRole('menu', { name: 'Worker 2' });
  await chip.click({ button: 'right' });
  await menu.waitFor();
  await page.locator('[role="menuitem"]:focus').waitFor();
  await screenshot('worker-menu');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await waitFor('the command', () => commands.includes('restart_worker 2'));
  await menu.waitFor({ state: 'detached' });

  await chip.click({ button: 'right' });
  await menu.getByRole('menuitem', { name: 'Debug Worker' }).click();
  await page.getByText('waits for a debugger (debugpy) at 127.0.0.1:5678').waitFor();
  assert.deepEqual(commands, ['restart_worker 2', 'debug_worker 2']);

  await chip.click({ button: 'right' });
  await menu.waitFor();
  await page.getByRole('row', { name: '/pay' }).click();
  await menu.waitFor({ state: 'detached' });
});

test('reloading the workers is asked of the server', async (t) => {
  const { page, record, commands } = await setStage(t);
  record(...scene());
  await page.getByRole('button', { name: 'Reload Workers' }).click();
  await waitFor('the command', () => commands.includes('reload'));
});
