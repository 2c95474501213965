/** What a machine may lack, Python or debugpy: said with what to do, and what works without goes on. */

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { openEditor } from '../support/editor.ts';
import { copyOfApp, tempFolder } from '../support/folders.ts';
import { codeServerFolder, venvPython } from '../support/paths.ts';
import { addressOf, assertNothingLeft, get } from './serving.ts';

test('no Python, then one without debugpy', async (t) => {
  const folder = copyOfApp(t, 'bare');
  const bin = join(tempFolder(t), 'bin');
  mkdirSync(bin);
  symlinkSync(join(codeServerFolder, 'node_modules/.bin/node'), join(bin, 'node'));
  // VS Code asks the user's shell for its PATH: this one has nothing to say.
  const env = { PATH: bin, SHELL: '/bin/true', VIRTUAL_ENV: '' };
  const editor = await openEditor(t, folder, { 'prefork.pythonPath': '' }, { env });
  const toast = (words: RegExp) => editor.notifications.filter({ hasText: words }).first();

  await editor.step('no Python: Start Server says what to do, and leaves nothing', async () => {
    await editor.run('Prefork: Start Server');
    const told = toast(/could not serve wsgi:application: No Python interpreter found/);
    await told.getByText(/Install Python 3\.9 or newer, or set "prefork\.pythonPath"/).waitFor();
    await editor.screenshot('editor no Python');
    await assertNothingLeft(editor.codeServer);
    await told.hover();
    await told.locator('.codicon-notifications-clear').click();
  });

  await editor.step('no debugpy: Debug Worker says how to install it', async () => {
    await quietly(venvPython, ['-m', 'venv', '--without-pip', join(folder, '.venv')]);
    await editor.run('Prefork: Start Server');
    await addressOf(editor);
    await editor.run('Prefork: Debug Worker…');
    await editor.page.locator('.quick-input-list').getByText('Worker 2').click();
    const told = toast(/has no debugpy, so its workers cannot be debugged/);
    const python = join(folder, '.venv/bin/python');
    await told.getByText(`To install it: "${python}" -m pip install debugpy`).waitFor();
    await told.getByRole('button', { name: 'Run in Terminal' }).waitFor();
    await told.getByRole('button', { name: 'Copy Command' }).waitFor();
    await editor.screenshot('editor no debugpy');
  });

  await editor.step('no session is left, and the server goes on', async () => {
    await editor.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    const url = await addressOf(editor);
    const pids = new Set<string>();
    for (let request = 0; request < 10; request++) pids.add(await get(url));
    for (const answer of pids) assert.match(answer, /^version 1 from \d+$/);
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
  });
});
