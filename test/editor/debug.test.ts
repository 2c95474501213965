/** Breakpoints in workers, by F5 without any configuration and by a click on one worker. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Editor, openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { waitFor, within } from '../support/wait.ts';
import { breakAt } from './debugging.ts';
import { addressOf, assertNothingLeft, get, status } from './serving.ts';

/** A request stops at the breakpoint, and is answered when the editor continues. */
async function stopsAndGoesOn(editor: Editor, url: string, shot: string): Promise<void> {
  const { page } = editor;
  const { answer } = await stoppedRequest(page, url);
  await page.locator('.debug-call-stack').getByText('index', { exact: true }).first().waitFor();
  await editor.screenshot(shot);
  await page.getByText('Load More Stack Frames').waitFor({ state: 'hidden' });
  const frames = await page.locator('.debug-call-stack .stack-frame').allTextContents();
  assert.deepEqual(
    frames.filter((frame) => !frame.includes('wsgi.py')),
    [],
    "only the user's code is shown",
  );
  await page.keyboard.press('F5');
  assert.match(await within(10, 'the answer', answer), /^version/);
}

/** Sends requests until one stops: a session may still be setting its worker's breakpoints. */
function stoppedRequest(page: Page, url: string): Promise<{ answer: Promise<string> }> {
  const stopped = page.locator('.debug-top-stack-frame-line').first().waitFor();
  return waitFor(
    'a request to stop',
    async () => {
      const answer = get(url);
      const answered = await Promise.race([answer, stopped]);
      return answered === undefined && { answer };
    },
    { seconds: 20, interval: 200 },
  );
}

/** The sessions of this many workers are there, and the breakpoint is bound in one of them. */
async function attached(editor: Editor, workers: number): Promise<void> {
  await editor.run('View: Show Run and Debug');
  const sessions = editor.page.locator('.debug-call-stack').getByText(/^Worker \d+ \(pid/);
  await waitFor('the sessions', async () => (await sessions.count()) === workers);
  const unbound = editor.page.locator('.codicon-debug-breakpoint-unverified');
  await waitFor('the breakpoint to bind', async () => (await unbound.count()) === 0);
}

test('F5 without a configuration: a breakpoint in a worker, a reload, a stop', async (t: TestContext) => {
  const folder = copyOfApp(t, 'flask');
  const editor = await openEditor(t, folder);
  await breakAt(editor, folder, 'message.TEXT} from');
  await editor.page.keyboard.press('F5');
  const url = await addressOf(editor);
  await attached(editor, 2);

  await editor.step('it stops and goes on', () => stopsAndGoesOn(editor, url, 'editor breakpoint'));

  await editor.step('after a save it stops in the new generation', async () => {
    await editor.open('message.py');
    await editor.replace('TEXT = "version 2"\n');
    await status(editor, /gen 2/);
    await attached(editor, 2);
    await stopsAndGoesOn(editor, url, 'editor breakpoint after a reload');
  });

  await editor.step('Stop ends the server that F5 started', async () => {
    await editor.page.keyboard.press('Shift+F5');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });
});

test('Debug Worker attaches to one worker alone, and Disconnect leaves it running', async (t) => {
  const folder = copyOfApp(t, 'flask');
  const editor = await openEditor(t, folder, { 'prefork.workers': 1 });
  await editor.run('Prefork: Start Server');
  const url = await addressOf(editor);
  await breakAt(editor, folder, 'message.TEXT} from');
  const before = await get(url);

  await editor.step('it stops and goes on', async () => {
    await editor.run('Prefork: Debug Worker…');
    await attached(editor, 1);
    await stopsAndGoesOn(editor, url, 'editor debug worker');
  });

  await editor.step('it stops at an exception, by default', async () => {
    const { page } = editor;
    const answer = fetch(`${url}/error`).then(({ status }) => status);
    await page.locator('.exception-widget').getByText('broken on purpose').first().waitFor();
    await editor.screenshot('editor exception');
    await page.keyboard.press('F5');
    assert.equal(await within(10, 'the answer', answer), 500);
  });

  await editor.step('Disconnect leaves the same worker serving', async () => {
    await editor.page.keyboard.press('Shift+F5');
    await editor.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    assert.equal(await get(url), before);
  });
});
