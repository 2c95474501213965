/** A folder that is not trusted: nothing of it runs, and nothing is offered, until the user trusts it. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { addressOf, assertNothingLeft, get } from './serving.ts';

const APP = `from pathlib import Path

Path(__file__).with_name("imported").touch()

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"trusted"]
`;

const LAUNCH = { name: 'the app', type: 'prefork', request: 'launch', app: 'wsgi' };

/** The page on which trust is given would else lie over all the rest. */
const SETTINGS = { 'workbench.editor.useModal': 'off' };

test('Restricted Mode: nothing runs, no command is offered', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, {
    'wsgi.py': APP,
    '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations: [LAUNCH] }),
  });
  const editor = await openEditor(t, folder, SETTINGS, { restricted: true });
  const { page } = editor;
  const ours = async () =>
    (await editor.offered('Prefork: ')).filter((label) => label.startsWith('Prefork: '));

  await editor.step('no command, no view, no action', async () => {
    await editor.open('wsgi.py');
    assert.deepEqual(await ours(), []);
    assert.equal(await page.getByRole('tab', { name: 'Prefork' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Serve This File' }).count(), 0);
    await editor.screenshot('editor restricted mode');
  });

  await editor.step('the extension was not started, and no process of its own', async () => {
    const log = editor.codeServer.extensionHostLog();
    assert.deepEqual(
      log.filter((line) => /activat.*\bprefork\.prefork\b/i.test(line)),
      [],
    );
    await assertNothingLeft(editor.codeServer);
    assert.equal(existsSync(join(folder, 'imported')), false);
  });

  await editor.step('trusted, it serves', async () => {
    await editor.run('Workspaces: Manage Workspace Trust');
    await page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await editor.ready();
    await editor.run('Prefork: Start Server');
    assert.equal(await get(await addressOf(editor)), 'trusted');
    assert.equal(existsSync(join(folder, 'imported')), true);
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });
});
