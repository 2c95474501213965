/** From a file, from a task and with what the project says: the ways in which a server is started. */

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { venvPython } from '../support/paths.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get, status } from './serving.ts';

const APP = `import os
import sys

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.environ.get('GREETING')} {sys.executable}".encode()]
`;

const TASKS = {
  version: '2.0.0',
  tasks: [{ label: 'the shop', type: 'prefork', app: 'wsgi', env: { GREETING: 'from a task' } }],
};

const ATTACH = {
  name: 'attach to the shop',
  type: 'prefork',
  request: 'attach',
  preLaunchTask: 'the shop',
};

test('serve a file, follow its variables and interpreter; serve by a task', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, {
    'wsgi.py': APP,
    'helper.py': 'VALUE = 1\n',
    '.env': 'GREETING=hello\n',
    '.vscode/tasks.json': JSON.stringify(TASKS),
  });
  const editor = await openEditor(t, folder);
  const { page } = editor;
  const action: Locator = page.getByRole('button', { name: 'Serve This File' });
  const answer = async (words: RegExp) =>
    waitFor(
      `the answer ${words}`,
      async () => words.test(await get(await addressOf(editor)).catch(() => '')),
      { seconds: 20 },
    );

  await editor.step('only a file with an app hook has the action', async () => {
    await editor.open('helper.py');
    await editor.open('wsgi.py');
    await action.waitFor();
    await editor.screenshot('editor serve action');
    await editor.open('helper.py');
    await action.waitFor({ state: 'hidden' });
    await editor.replace(`${APP}\n`);
    await action.waitFor();
  });

  await editor.step('it serves the file, with the variables of .env', async () => {
    await editor.open('wsgi.py');
    await action.click();
    await status(editor, /wsgi :\d+ · gen 1/);
    await answer(/^hello /);
    await editor.statusBar.hover();
    await page
      .getByText(/setting "prefork\.pythonPath"/)
      .first()
      .waitFor();
    await editor.screenshot('editor status tooltip');
  });

  await editor.step('variables that are saved are there by themselves', async () => {
    const address = await addressOf(editor);
    await editor.open('.env');
    await editor.replace('GREETING=goodbye\n');
    await answer(/^goodbye /);
    assert.equal(await addressOf(editor), address);
  });

  await editor.step('another interpreter is taken up by itself', async () => {
    const other = join(folder, 'other-python');
    symlinkSync(venvPython, other);
    writeFiles(folder, {
      '.vscode/settings.json': JSON.stringify({ 'prefork.pythonPath': other }),
    });
    await answer(/other-python$/);
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });

  const rows = page.locator('.quick-input-list .monaco-list-row');
  const pick = (text: string | RegExp) => rows.filter({ hasText: text }).first().click();

  await editor.step('a task of tasks.json serves in a terminal, and ends cleanly', async () => {
    await editor.run('Tasks: Run Task');
    await pick('the shop');
    await answer(/^from a task /);
    // The mark that its matcher gives a background task which is ready.
    await page.locator('.terminal-tab, .single-terminal-tab').getByText('the shop').waitFor();
    await page.locator('.single-terminal-tab .codicon-check').waitFor();
    await editor.screenshot('editor task');
    await editor.run('Tasks: Terminate Task');
    await pick('the shop');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });

  await editor.step('a configuration that attaches starts that task and waits for it', async () => {
    writeFiles(folder, {
      '.vscode/settings.json': '{}',
      '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations: [ATTACH] }),
    });
    await editor.run('Debug: Select and Start Debugging');
    await pick('attach to the shop');
    await editor.run('View: Show Run and Debug');
    const sessions = page.locator('.debug-call-stack').getByText(/^Worker \d/);
    await waitFor('two debugged workers', async () => (await sessions.count()) === 2, {
      seconds: 20,
    });
    await editor.screenshot('editor attached after task');
    await editor.run('Debug: Disconnect');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await answer(/^from a task /);
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });

  await editor.step('tasks are offered for what was found', async () => {
    await editor.run('Tasks: Run Task');
    await pick(/prefork/);
    await rows.filter({ hasText: 'serve wsgi:application' }).first().waitFor();
    await editor.screenshot('editor tasks offered');
    await page.keyboard.press('Escape');
  });
});
