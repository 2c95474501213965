/** The commands of the palette and of a worker's row that no other story of the editor's tells. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { seesWorker } from './debugging.ts';
import { addressOf, assertNothingLeft, get, serverProcesses, status } from './serving.ts';

test('every command does what it says', async (t) => {
  const folder = copyOfApp(t, 'bare');
  const editor = await openEditor(t, folder);
  const { page } = editor;
  const pick = (worker: string) => page.locator('.quick-input-list').getByText(worker).click();
  const worker = (number: number) =>
    page.getByRole('treeitem', { name: new RegExp(`^Worker ${number}, ready`) });
  let url = '';
  /** Who answers twenty requests, each on a connection of its own. */
  const answering = async () => {
    const close = { headers: { connection: 'close' } };
    const asked = Array.from({ length: 20 }, () => fetch(url, close).then((one) => one.text()));
    return new Set(await Promise.all(asked)).size;
  };

  await editor.step('Serve This File', async () => {
    await editor.open('wsgi.py');
    await editor.run('Prefork: Serve This File');
    await status(editor, /wsgi :\d+ · gen 1/);
    url = await addressOf(editor);
    assert.match(await get(url), /^version 1 from \d+$/);
  });

  await editor.step('Open in Browser opens a tab with the app, wherever it runs', async () => {
    const opened = page.context().waitForEvent('page');
    await editor.run('Prefork: Open in Browser');
    const tab = await opened;
    await tab.getByText(/^version 1 from \d+$/).waitFor();
    // Through the editor's own host: its machine need not be the page's.
    assert.equal(new URL(tab.url()).host, new URL(page.url()).host);
    await tab.close();
  });

  await editor.step('Show Logs, and Show Panel again', async () => {
    await editor.run('Prefork: Show Logs');
    const line = page.locator('.view-line');
    await line.filter({ hasText: /Serving\swsgi:application\sfrom/ }).waitFor();
    await editor.screenshot('editor logs');
    await editor.run('Prefork: Show Panel');
    await editor.panel.getByText('GET').first().waitFor();
  });

  await editor.step('Show Stack of Worker', async () => {
    await editor.run('Prefork: Show Stack of Worker');
    await pick('Worker 2');
    await page.getByRole('tab', { name: /^Worker 2 of wsgi:application at / }).waitFor();
  });

  await editor.step('Send All Requests to Worker, and to all again', async () => {
    await editor.run('Prefork: Send All Requests to Worker');
    await pick('Worker 2');
    await seesWorker(editor, /^Worker 2, ready, takes all requests/);
    await waitFor('one worker to answer alone', async () => (await answering()) === 1);
    await editor.run('Prefork: Send Requests to All Workers');
    await waitFor('both to answer', async () => (await answering()) === 2);
  });

  await editor.step('Debug Worker, by a click on its row', async () => {
    await worker(1).hover();
    await worker(1).getByRole('button', { name: 'Debug Worker' }).click();
    await seesWorker(editor, /^Worker 1, ready, takes all requests/);
    await editor.run('Debug: Disconnect');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await seesWorker(editor, /^Worker 1, ready, \d+ request/);
  });

  await editor.step('Restart Server: other processes, the same address', async () => {
    const before = serverProcesses(editor.codeServer).map(({ pid }) => pid);
    await editor.run('Prefork: Restart Server');
    const now = () => serverProcesses(editor.codeServer).map(({ pid }) => pid);
    await waitFor('the old server to end', () => !now().some((pid) => before.includes(pid)));
    await waitFor('its answer', async () => /^version 1/.test(await get(url)), { seconds: 20 });
    assert.equal(await addressOf(editor), url);
  });

  await editor.step('Stop Server leaves nothing', async () => {
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
  });
});
