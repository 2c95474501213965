/** The panel on a real server with a real app: from the first request to a broken save and back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';

test('the panel shows what a real server does', async (t) => {
  const { cwd, app } = await APPS.flask(t);
  const server = await startServer(t, { app, cwd });
  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
  await page.goto(server.info.panel ?? '');
  await page.getByText(`Serving ${app}`).waitFor();
  await page.getByRole('button', { name: server.url }).waitFor();
  const row = (name: string | RegExp) => page.getByRole('row', { name }).last();

  await t.test('a request, with the worker and the generation that answered', async () => {
    await send(`${server.url}/?from=test`);
    await row('from=test').waitFor();
    assert.match(await row('from=test').innerText(), /GET\s+200\s+\/\?from=test[\s\S]+[12]·1/);
  });

  await t.test('a slow request while it runs', async () => {
    const answer = send(`${server.url}/slow?seconds=1`);
    await row('/slow').locator('.spin').waitFor();
    await answer;
    await row(/200 \/slow/).waitFor();
    assert.match(await row('/slow').locator('.time').innerText(), /^1\.\d\d s$/);
  });

  await t.test('a request opened: phases, log lines, exception', async () => {
    await send(`${server.url}/chatter`);
    await row('/chatter').click();
    const details = page.getByRole('region', { name: 'Details' });
    await details.getByRole('heading', { name: 'ValueError' }).waitFor();
    assert.match(await details.getByRole('table', { name: 'Phases' }).innerText(), /app\s+[\d.]+/);
    await details.getByRole('tab', { name: 'Logs' }).click();
    await details.getByText('printed', { exact: true }).waitFor();
    await details.getByText('logged', { exact: true }).first().waitFor();
    await details.getByRole('tab', { name: 'Exception' }).click();
    await details.getByText('int("twelve")', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('a save, by file, generation and duration', async () => {
    writeFiles(cwd, { 'message.py': 'TEXT = "version 2"\n' });
    const reload = row('gen 1 → 2');
    await reload.getByText('ready in').waitFor();
    assert.match(await reload.innerText(), /message\.py/);
    await send(`${server.url}/?from=second`);
    assert.match(await row('from=second').innerText(), /[12]·2/);
  });

  await t.test('a broken save, and the good one that heals it', async () => {
    writeFiles(cwd, { 'message.py': 'TEXT = (\n' });
    const failure = page.getByRole('region', { name: 'Broken generation' });
    await failure.getByRole('heading', { name: 'SyntaxError' }).waitFor();
    await failure.getByRole('button', { name: 'message.py:1' }).first().waitFor();
    writeFiles(cwd, { 'message.py': 'TEXT = "version 4"\n' });
    await failure.waitFor({ state: 'detached' });
  });

  await t.test('Reload Workers, and the server that stops', async () => {
    await page.getByRole('button', { name: 'Reload Workers' }).click();
    await row(/reloaded/)
      .getByText('ready in')
      .waitFor();
    await server.stop();
    await page.getByRole('alert').getByText('Connection to the server lost').waitFor();
  });
});
