/** What launch.json says: launch; attach to all workers of a server that runs; attach to one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { copyOfApp, writeFiles } from '../support/folders.ts';
import { waitFor, within } from '../support/wait.ts';
import { breakAt, seesWorker, stopped } from './debugging.ts';
import { addressOf, assertNothingLeft, get, serverProcesses } from './serving.ts';

const configurations = [
  { name: 'the launch', type: 'prefork', request: 'launch', app: 'wsgi' },
  { name: 'attach to all', type: 'prefork', request: 'attach' },
  { name: 'attach to one', type: 'prefork', request: 'attach', worker: 2 },
];

test('the configurations of launch.json', async (t) => {
  const folder = copyOfApp(t, 'bare');
  writeFiles(folder, {
    '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }),
  });
  const editor = await openEditor(t, folder);
  const { page } = editor;
  await breakAt(editor, folder, 'message.TEXT} from');
  const sessions = page.locator('.debug-call-stack').getByText(/^Worker \d+ \(pid/);
  const unbound = page.locator('.codicon-debug-breakpoint-unverified');
  const toolbar = page.locator('.debug-toolbar');

  /** Starts one; these workers are then debugged, with the breakpoint bound. */
  const debug = async (name: string, workers: RegExp[]) => {
    await editor.run('Debug: Select and Start Debugging');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await editor.run('View: Show Run and Debug');
    await waitFor('the sessions', async () => (await sessions.count()) === workers.length, {
      seconds: 20,
    });
    for (const worker of workers) await sessions.filter({ hasText: worker }).waitFor();
    await waitFor('the breakpoint to bind', async () => (await unbound.count()) === 0);
    await editor.screenshot(`editor ${name}`);
  };
  /** A request stops at the breakpoint, and is answered once the editor continues. */
  const stops = async (url: string) => {
    const answer = get(url);
    await stopped(editor).waitFor();
    await editor.run('Debug: Continue');
    assert.match(await within(10, 'the answer', answer), /^version 1 from \d+$/);
  };
  const arbiter = () =>
    serverProcesses(editor.codeServer).find(({ command }) => /dist\/server\.js/.test(command))?.pid;

  await editor.step('launch: every worker is debugged, and Stop ends the server', async () => {
    await debug('the launch', [/^Worker 1 /, /^Worker 2 /]);
    const url = await addressOf(editor);
    await stops(url);
    await page.keyboard.press('Shift+F5');
    await editor.statusBar.waitFor({ state: 'detached' });
    await toolbar.waitFor({ state: 'hidden' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
  });

  await editor.step('attach to all, then to one: Disconnect leaves the server alone', async () => {
    await editor.run('Prefork: Start Server');
    const url = await addressOf(editor);
    const before = arbiter();
    const attaches: Record<string, RegExp[]> = {
      'attach to all': [/^Worker 1 /, /^Worker 2 /],
      'attach to one': [/^Worker 2 /],
    };
    for (const [name, workers] of Object.entries(attaches)) {
      await debug(name, workers);
      // Requests are steered to one that is debugged alone, as soon as it is.
      if (workers.length === 1) await seesWorker(editor, /^Worker 2.*takes all requests/);
      await stops(url);
      await page.keyboard.press('Shift+F5');
      await toolbar.waitFor({ state: 'hidden' });
      assert.match(await get(url), /^version 1 from \d+$/);
      assert.equal(arbiter(), before);
    }
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
  });
});
