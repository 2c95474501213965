import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { running, scene } from './scene.ts';

test('requests show live, with reloads between them and older code dimmed', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(...scene());
  const pay = page.getByRole('row', { name: '/pay' });
  await pay.waitFor();
  assert.match(await pay.innerText(), /POST\s+500\s+\/pay\s+38 ms\s+2\s+2·2/);

  const reload = page.getByRole('row', { name: 'gen 1 → 2' });
  assert.match(
    await reload.innerText(),
    /orders\/views\.py, orders\/models\.py[\s\S]*ready in 46 ms/,
    'files are named as seen from the app',
  );
  assert.equal(await page.locator('.older').count(), 5, 'what generation 1 answered');
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '13');
  await screenshot('requests-dark');
});

test('a running request ticks, and becomes the finished one in its place', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene(), running(), make.ended(12, { generation: 2 }));
  const report = page.getByRole('row', { name: '/report' });
  const time = () => report.locator('.time').innerText();
  const first = await time();
  await waitFor('the time to go on', async () => (await time()) !== first);
  assert.equal(await page.getByRole('button', { name: /^1 \d/ }).count(), 1, 'worker 1 is busy');

  const path = { 'url.path': '/report', generation: 2 };
  record(make.ended(11, { ...path, duration: 2_500_000, 'http.response.status_code': 201 }));
  await waitFor('the end', async () => (await time()) === '2.50 s');
  assert.equal(await report.count(), 1);
  const last = page.getByRole('row').last();
  assert.match(await last.innerText(), /\/orders\/12/, 'it keeps its place');
});

test('a request whose worker died is lost, not for ever running', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), make.reload(1), make.worker(1), make.started(1));
  await page.getByRole('row', { name: '/orders/1' }).locator('.spin').waitFor();
  record(make.worker(1, { state: 'exited', exit: { code: null, signal: 'SIGKILL' } }));
  await page.getByRole('row', { name: /lost \/orders\/1/ }).waitFor();
});

test('what an app or a client sends is shown as text', async (t) => {
  const { page, record } = await setStage(t);
  const script = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const request = make.requestId(1);
  const exception = make.exception('e1', { request, 'exception.message': script });
  record(
    make.server({ app: script }),
    make.log(`${script}\u001b[31m\u0000`, { request }),
    exception,
    make.ended(1, { 'url.path': `/${script}`, 'url.query': script, 'http.request.method': script }),
  );
  await page.getByRole('row', { name: 'onerror' }).click();
  await page.getByText(`KeyError: ${script}`).waitFor();
  await page.keyboard.press('2');
  await page.getByRole('row', { name: 'onerror' }).click();
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.equal(await page.locator('img, prefork-app script').count(), 0);
});

test('log lines have a view of their own, and lead to their request', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'light' });
  record(...scene());
  await page.getByRole('tab', { name: 'Logs' }).click();
  const line = page.getByRole('row', { name: 'Payment failed' });
  assert.match(await line.innerText(), /ERROR\s+2·2\s+shop\.payment\s+Payment failed for order 9/);
  await screenshot('logs-light');

  await line.click();
  await page.getByRole('heading', { name: "KeyError: 'amount'" }).waitFor();
  await page.getByRole('button', { name: 'Its request' }).click();
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
});

test('a line from a terminal has its colours, a long one is folded', async (t) => {
  const { page, record } = await setStage(t);
  const long = `begin ${'x'.repeat(1_000_000)} end`;
  record(make.server(), make.log('\u001b[31mred\u001b[0m and \u0007bell'), make.log(long));
  await page.keyboard.press('2');
  const line = page.getByRole('row', { name: 'red and ␇bell' });
  assert.equal(await line.locator('.ansi-1').innerText(), 'red');
  const row = page.getByRole('row', { name: 'begin x' });
  assert.ok((await row.innerText()).length < 1000);
  await row.click();
  const details = page.getByRole('region', { name: 'Details' });
  await details.getByRole('button', { name: 'show all 1,000,010 characters' }).click();
  await details.getByText('x end').waitFor();
});

test('the level of a logger is changed from one of its lines', async (t) => {
  const { page, record, commands } = await setStage(t);
  record(...scene());
  await page.keyboard.press('2');
  await page.getByRole('row', { name: 'Payment failed' }).click();
  await page.getByRole('button', { name: 'shop.payment' }).click();
  const menu = page.getByRole('menu', { name: 'Level of shop.payment' });
  await menu.getByRole('menuitemcheckbox', { name: 'As Configured', checked: true }).waitFor();
  await menu.getByRole('menuitemcheckbox', { name: 'DEBUG' }).click();
  await page.getByText('shop.payment: DEBUG, from now on.').waitFor();
  assert.deepEqual(commands, ['set_log_level shop.payment DEBUG']);
  await page.getByText('shop.payment', { exact: true }).first().click({ button: 'right' });
  await menu.getByRole('menuitemcheckbox', { name: 'DEBUG', checked: true }).waitFor();
});

test('clearing asks the server, and what follows shows again', async (t) => {
  const { page, record, commands } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('No request yet.').waitFor();
  record(make.ended(20, { generation: 2 }));
  await page.getByRole('row', { name: '/orders/20' }).waitFor();
  assert.deepEqual(commands, ['clear']);
});
