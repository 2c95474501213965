/** Requests handed over from the palette: to the clipboard, as files, to a language model; and kept over a reload. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { root } from '../support/paths.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, get } from './serving.ts';

const toolCaller = join(root, 'test/support/toolCaller');

test('copied, saved, exported, imported, told to a model, kept, cleared', async (t) => {
  const folder = copyOfApp(t, 'flask');
  const editor = await openEditor(t, folder, {}, { extensions: [toolCaller] });
  const { page, panel } = editor;
  const list = page.locator('.quick-input-list');
  const rows = (path: string) => panel.getByRole('row').filter({ hasText: path });
  const place = (name: string) => join(folder, name);
  let url = '';

  /** In VS Code's own file dialog, which a remote window has. */
  const inDialog = async (name: string) => {
    const input = page.locator('.quick-input-widget input');
    await waitFor('the file dialog', async () => (await input.inputValue()).startsWith(folder));
    await input.fill(place(name));
    await page.locator('.quick-input-action').getByRole('button', { name: 'OK' }).click();
  };
  const written = (name: string) =>
    waitFor(name, () => existsSync(place(name)) && (readFileSync(place(name), 'utf8') || false));

  await editor.step('Copy Request as curl', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await editor.run('Prefork: Start Server');
    url = await addressOf(editor);
    await get(`${url}/chatter?page=2`);
    await editor.run('Prefork: Copy Request as…');
    await list.getByText('GET /chatter?page=2').click();
    await list.getByText('curl', { exact: true }).waitFor();
    await editor.screenshot('editor copy as');
    await list.getByText('curl', { exact: true }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await waitFor('the clipboard', async () => /^curl .*\/chatter\?page=2/m.test(await copied()));
  });

  await editor.step('Save Request as Test, which opens', async () => {
    await editor.run('Prefork: Save Request as Test…');
    await list.getByText('GET /chatter?page=2').click();
    await inDialog('test_chatter.py');
    assert.match(await written('test_chatter.py'), /def test_/);
    await page.getByRole('tab', { name: 'test_chatter.py' }).waitFor();
  });

  await editor.step('Export Requests as HAR', async () => {
    await editor.run('Prefork: Export Requests…');
    await list.getByText('HAR', { exact: true }).click();
    await inDialog('kept.har');
    const { log } = JSON.parse(await written('kept.har'));
    assert.equal(log.version, '1.2');
  });

  await editor.step('a language model is told of the last requests, and of one', async () => {
    const call = async (name: string, input: object) => {
      rmSync(place('answer.txt'), { force: true });
      writeFileSync(place('call.json'), JSON.stringify({ name, input }));
      await editor.run('Stand-in: Call Tool');
      return written('answer.txt');
    };
    assert.match(
      await call('prefork_requests', { filter: '/chatter' }),
      /^1 of 1 requests.*\n- [0-9a-f]{16}: GET \/chatter\?page=2, status 200/,
    );
    assert.match(await call('prefork_requests', { routes: true }), /GET \/chatter: 1 requests/);
    const told = await call('prefork_request', { request: 'slowest' });
    assert.match(told, /^Request [0-9a-f]{16}\n/);
    assert.match(told, /\/chatter\?page=2/);
    assert.match(await call('prefork_request', { request: 'none' }), /none is not kept/);
  });

  await editor.step('the history outlives the window and its server', async () => {
    await page.reload();
    await editor.ready();
    await editor.open('wsgi.py');
    assert.equal(await addressOf(editor), url);
    await editor.run('Prefork: Show Panel');
    await rows('/chatter').first().waitFor();
    await editor.screenshot('editor history');
  });

  await editor.step('Clear History: from the panel and from the disk', async () => {
    const storage = join(editor.codeServer.data, 'User/workspaceStorage');
    const files = () =>
      readdirSync(storage, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.history'),
      );
    await waitFor('a history', () => files().length > 0, { seconds: 20 });
    await editor.run('Prefork: Clear History');
    await rows('/chatter').first().waitFor({ state: 'hidden' });
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await editor.run('Prefork: Clear History');
    await waitFor('no history', () => files().length === 0);
  });

  await editor.step('Import Requests: what was exported is there again, marked', async () => {
    await editor.run('Prefork: Start Server');
    await addressOf(editor);
    await editor.run('Prefork: Import Requests…');
    await inDialog('kept.har');
    await rows('/chatter').first().waitFor();
    await panel.getByText('0 lost in transport').waitFor();
    await editor.screenshot('editor imported');
  });
});
