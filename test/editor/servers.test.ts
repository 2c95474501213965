/** Two projects below one folder, served at once: each on its port, one of them shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get, serverProcesses, status } from './serving.ts';

const project = (name: string) => ({
  [`${name}/wsgi.py`]: `import ${name}_text

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [${name}_text.TEXT]
`,
  [`${name}/${name}_text.py`]: `TEXT = b"${name} 1"\n`,
});

test('two servers at once', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { ...project('shop'), ...project('blog') });
  const editor = await openEditor(t, folder);
  const { page } = editor;
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const serverRow = (name: string) =>
    page.getByRole('treeitem', { name: new RegExp(`^wsgi:application, .*${name}`) });
  const arbiters = () =>
    serverProcesses(editor.codeServer).filter(({ command }) => /dist\/server\.js/.test(command));
  const start = async (name: string) => {
    await editor.run('Prefork: Start Server');
    await rows.filter({ hasText: `${name}/wsgi.py` }).click();
  };
  let shop = '';
  let blog = '';

  await editor.step('the second starts beside the first, on a port of its own', async () => {
    await start('shop');
    shop = await addressOf(editor);
    assert.equal(await get(shop), 'shop 1');
    await start('blog');
    await status(editor, /:\d+ · gen 1 · \+1/);
    blog = await addressOf(editor);
    assert.notEqual(blog, shop);
    assert.equal(await get(blog), 'blog 1');
    assert.equal(await get(shop), 'shop 1');
  });

  await editor.step('started again with the same options, it is shown', async () => {
    const before = arbiters().map(({ pid }) => pid);
    await start('shop');
    await waitFor('the shop to be shown', async () => (await addressOf(editor)) === shop);
    assert.deepEqual(
      arbiters().map(({ pid }) => pid),
      before,
    );
  });

  await editor.step('the tree has both; a click on a row shows its server', async () => {
    await page.getByRole('tab', { name: 'Prefork' }).first().click();
    await serverRow('shop').waitFor();
    await serverRow('blog').click();
    await waitFor('the blog to be shown', async () => (await addressOf(editor)) === blog);
    await get(`${blog}/only-the-blog`);
    await get(`${shop}/only-the-shop`);
    await editor.panel.getByText('/only-the-blog').first().waitFor();
    assert.equal(await editor.panel.getByText('/only-the-shop').count(), 0);
    await editor.screenshot('editor two servers');
  });

  await editor.step('a worker tells what it uses; its stack opens on a click', async () => {
    const worker = page.getByRole('treeitem', { name: /^Worker 1, ready, .* MB/ }).first();
    await worker.hover();
    await worker.getByRole('button', { name: 'Show Stack of Worker' }).click();
    await page.getByRole('tab', { name: /^Worker 1 of wsgi:application at / }).waitFor();
    await page.getByText("No thread is in the app's code.").waitFor();
    await editor.screenshot('editor stack');
  });

  await editor.step('the status item has links to what is most often wanted', async () => {
    const hover = page.locator('.workbench-hover-container');
    const link = hover.getByRole('link', { name: 'Reload Workers' });
    // It is drawn anew, and may close, when what it tells changes.
    await waitFor('the link to be clicked', async () => {
      await page.mouse.move(0, 0);
      await editor.statusBar.hover();
      return link.click({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
    await status(editor, /gen 2/);
  });

  await editor.step('a save reloads the server that it concerns', async () => {
    await editor.open('shop_text.py');
    await editor.replace('TEXT = b"shop 2"\n');
    await waitFor('the new answer', async () => (await get(shop)) === 'shop 2');
    assert.match(await status(editor, /gen \d/), /gen 2/, 'not the blog');
    await editor.run('Prefork: Switch Server…');
    const choice = rows.filter({ hasText: new URL(shop).host });
    await choice.waitFor();
    await editor.screenshot('editor switch server');
    await choice.click();
    await waitFor('the shop to be shown', async () => (await addressOf(editor)) === shop);
    await status(editor, /gen 2/);
  });

  await editor.step('a row’s own Stop ends that server; the other is shown', async () => {
    await serverRow('shop').hover();
    await serverRow('shop').getByRole('button', { name: 'Stop Server' }).click();
    await waitFor('the blog to be shown', async () => (await addressOf(editor)) === blog);
    await assert.rejects(get(shop));
    assert.equal(await get(blog), 'blog 1');
    assert.equal(arbiters().length, 1);
  });

  await editor.step('Stop Server ends the last one', async () => {
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });
});
