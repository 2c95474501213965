/** What goes wrong is said once, with what to do; and nothing is left behind. */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/cleanup.ts';
import { type Editor, openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get, serverProcesses } from './serving.ts';

const hello = (text: string) =>
  `def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"${text}"]
`;

/** Waits for a notification, and closes it. */
async function told(editor: Editor, words: RegExp): Promise<void> {
  const toast = editor.notifications.filter({ hasText: words }).first();
  await toast.waitFor();
  await editor.screenshot(`editor told ${words.source}`);
  await toast.hover();
  await toast.locator('.codicon-notifications-clear').click();
}

/** A port that is taken until the test ends. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => server.close());
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

test('no app hook, several, a port in use, a crash, a window that is reloaded', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'tool.py': 'print("no app here")\n' });
  const editor = await openEditor(t, folder);
  const { page } = editor;
  const port = await takenPort(t);

  const activations = () =>
    editor.codeServer
      .extensionHostLog()
      .filter((line) => /activat.*\bprefork\.prefork\b/i.test(line));

  await editor.step(
    'no app hook: says what to add; nothing ran before it was asked for',
    async () => {
      assert.deepEqual(activations(), []);
      await editor.run('Prefork: Start Server');
      await told(editor, /No app hook found/);
      await waitFor('its activation in the log', () => activations().length > 0);
    },
  );

  await editor.step('several: asks, the likely one first', async () => {
    writeFiles(folder, { 'shop.py': hello('shop'), 'wsgi.py': hello('wsgi') });
    await editor.run('Prefork: Start Server');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'shop:application' }).waitFor();
    assert.match((await rows.first().textContent()) ?? '', /wsgi:application/);
    await editor.screenshot('editor pick');
    await rows.filter({ hasText: 'shop:application' }).click();
    assert.equal(await get(await addressOf(editor)), 'shop');
  });

  await editor.step('the server is killed: it is told, and it starts again', async () => {
    const [server] = serverProcesses(editor.codeServer).filter(({ command }) =>
      /dist\/server\.js/.test(command),
    );
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const toast = editor.notifications.filter({
      hasText: /The Prefork server of shop:application ended/,
    });
    await toast.getByText('Start Again').click();
    assert.equal(await get(await addressOf(editor)), 'shop');
  });

  const reloadWindow = async () => {
    const before = serverProcesses(editor.codeServer).map(({ pid }) => pid);
    assert.ok(before.length > 0);
    await page.reload();
    await editor.ready();
    const isLeft = () => serverProcesses(editor.codeServer).some(({ pid }) => before.includes(pid));
    // Whatever needs the extension: a Python file, one of its views.
    await editor.open('tool.py');
    await waitFor('the server to end', () => !isLeft(), { seconds: 20 });
  };

  await editor.step('a window that is reloaded: its server is back on its port', async () => {
    const address = await addressOf(editor);
    await reloadWindow();
    assert.equal(await addressOf(editor), address);
    assert.equal(await get(address), 'shop');
    const servers = serverProcesses(editor.codeServer).filter(({ command }) =>
      /dist\/server\.js/.test(command),
    );
    assert.equal(servers.length, 1);
    await editor.screenshot('editor restored');
  });

  await editor.step('unless the setting says no: then it ends', async () => {
    const settings = { 'prefork.port': port, 'prefork.restoreServers': false };
    writeFiles(folder, { '.vscode/settings.json': JSON.stringify(settings) });
    await reloadWindow();
    await assertNothingLeft(editor.codeServer);
  });

  await editor.step('a port in use: says so', async () => {
    await editor.run('Prefork: Start Server');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'wsgi:application' }).click();
    await told(editor, /could not serve wsgi:application: .*in use/);
    await assertNothingLeft(editor.codeServer);
  });
});
