/** From the palette to the panel, a save, a syntax error and back, in a real VS Code. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get, serverProcesses, status } from './serving.ts';

test('serve a Flask app, watch it, edit it, stop it', async (t) => {
  const editor = await openEditor(t, copyOfApp(t, 'flask'));
  const { page, panel } = editor;
  let url = '';

  await editor.step('only what makes sense is offered while nothing runs', async () => {
    const offered = await editor.offered('Prefork: ');
    assert.ok(offered.includes('Prefork: Start Server'), offered.join());
    assert.ok(!offered.includes('Prefork: Stop Server'), offered.join());
  });

  await editor.step('Start Server serves the one app hook and says so', async () => {
    await editor.run('Prefork: Start Server');
    await status(editor, /wsgi :\d+ · gen 1/);
    url = await addressOf(editor);
    assert.match(await get(url), /^version 1 from \d+$/);
    assert.equal(serverProcesses(editor.codeServer).length >= 4, true);
  });

  await editor.step('a request appears in the panel and opens', async () => {
    await get(`${url}/chatter`);
    await panel.getByText('/chatter').first().click();
    await panel.getByText('logged', { exact: true }).first().waitFor();
    await editor.screenshot('editor panel');
  });

  await editor.step(
    'the page survives being hidden, and its file:line opens the editor',
    async () => {
      await editor.run('Problems: Focus on Problems View');
      await panel.getByText('/chatter').first().waitFor({ state: 'hidden' });
      await editor.run('Prefork: Show Panel');
      // The request is open again, as it was.
      await panel.getByRole('button', { name: 'wsgi.py:40' }).first().click();
      await page.getByRole('tab', { name: 'wsgi.py' }).waitFor();
    },
  );

  await editor.step('the workers are in the tree, with their requests', async () => {
    await page.getByRole('tab', { name: 'Prefork' }).first().click();
    const workers = page.getByRole('treeitem', { name: /^Worker \d, ready/ });
    await waitFor('two workers', async () => (await workers.count()) === 2);
    await page
      .getByRole('treeitem', { name: /Worker \d, ready, [1-9]\d* request/ })
      .first()
      .waitFor();
    await editor.screenshot('editor workers');
  });

  await editor.step(
    'a save: the next answer is new, and the status bar says how fast',
    async () => {
      await editor.open('message.py');
      await editor.replace('TEXT = "version 2"\n');
      const told = await status(editor, /gen 2 · reloaded in \d+ ms/);
      assert.match(await get(url), /^version 2/);
      t.diagnostic(told);
      await editor.screenshot('editor reloaded');
    },
  );

  await editor.step('a syntax error is a Problem and a traceback page', async () => {
    await editor.replace('TEXT = = 3\n');
    await status(editor, /broken/);
    assert.match(await get(url), /SyntaxError/);
    await editor.run('Problems: Focus on Problems View');
    const problem = page.getByRole('treeitem', { name: /SyntaxError.*Prefork/ });
    await problem.waitFor();
    await editor.screenshot('editor broken');
  });

  const broken: Record<string, [source: string, problem: RegExp]> = {
    'a package that is missing is a Problem with the command that installs it': [
      'import no_such_package',
      /No module named 'no_such_package'.*pip install no-such-package/s,
    ],
    'an import that crashes its process is a Problem at its line': [
      'import ctypes; ctypes.string_at(0)',
      /BootCrash: .*segmentation fault.*\[Ln 2, Col 1\]/s,
    ],
  };
  for (const [name, [source, problem]] of Object.entries(broken)) {
    await editor.step(name, async () => {
      await editor.open('message.py');
      await editor.replace(`TEXT = "broken"\n${source}\n`);
      await editor.run('Problems: Focus on Problems View');
      const treeItem = page.getByRole('treeitem', { name: /Prefork/ });
      await treeItem.filter({ hasText: problem }).waitFor();
      await editor.screenshot(`editor ${name}`);
    });
  }

  await editor.step('the next good save heals it', async () => {
    await editor.open('message.py');
    await editor.replace('TEXT = "version 4"\n');
    await status(editor, /gen \d+/);
    assert.match(await get(url), /^version 4/);
    const problems = page.locator('.statusbar-item[id="status.problems"]');
    await waitFor(
      'no Problem',
      async () => (await problems.getAttribute('aria-label')) === 'No Problems',
    );
  });

  await editor.step(
    'Reload Workers makes a generation; Restart Worker replaces one worker',
    async () => {
      const generation = async () => Number(/gen (\d+)/.exec(await status(editor, /gen \d+/))?.[1]);
      const before = await generation();
      await editor.run('Prefork: Reload Workers');
      await waitFor('the next generation', async () => (await generation()) === before + 1);
      // A row that changes loses the pointer, and its buttons with it.
      const rows = page.getByRole('treeitem', { name: /^Worker \d/ });
      const ready = page.getByRole('treeitem', { name: /^Worker \d, ready/ });
      await waitFor('its workers alone', async () => {
        return (await ready.count()) === 2 && (await rows.count()) === 2;
      });
      const worker = page.getByRole('treeitem', { name: /^Worker 1, ready/ });
      const name = (await worker.getAttribute('aria-label')) ?? '';
      await worker.hover();
      await worker.getByRole('button', { name: 'Restart Worker' }).click();
      await waitFor(
        'another process',
        async () => (await worker.getAttribute('aria-label')) !== name,
      );
      assert.equal(await generation(), before + 1);
    },
  );

  await editor.step('Stop Server leaves nothing', async () => {
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
    await editor.screenshot('editor stopped');
  });
});
