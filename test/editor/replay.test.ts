/** A request is shown, compared, sent once more, and sent once more under the debugger, from the palette. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { breakAt, seesWorker, stopped } from './debugging.ts';
import { addressOf, assertNothingLeft, get } from './serving.ts';

test('requests from the palette: show, compare, replay, debug', async (t) => {
  const folder = copyOfApp(t, 'flask');
  const editor = await openEditor(t, folder);
  const { page, panel } = editor;
  const list = page.locator('.quick-input-list');
  const dialog = page.locator('.monaco-dialog-box');
  const rows = (path: string) => panel.getByRole('row').filter({ hasText: path });
  const button = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
  let url = '';

  await editor.step('Show Request opens it in the panel', async () => {
    await editor.run('Prefork: Start Server');
    url = await addressOf(editor);
    await get(`${url}/chatter`);
    const body = new URLSearchParams({ name: 'Ada' });
    assert.equal(await (await fetch(`${url}/form`, { method: 'POST', body })).text(), 'Hello, Ada');
    await editor.run('Prefork: Show Request…');
    await list.getByText('POST /form').waitFor();
    await editor.screenshot('editor pick request');
    await list.getByText('GET /chatter').click();
    await panel.getByText('logged', { exact: true }).first().waitFor();
  });

  await editor.step('Compare Two Requests', async () => {
    await editor.run('Prefork: Compare Two Requests…');
    await list.getByText('POST /form').click();
    await page.locator('.quick-input-title', { hasText: 'with which' }).waitFor();
    await list.getByText('GET /chatter').click();
    await panel.getByRole('tab', { name: 'Compare', selected: true }).waitFor();
    await editor.screenshot('editor compare two');
  });

  await editor.step('Show Routes', async () => {
    await editor.run('Prefork: Show Routes');
    await panel.getByRole('tab', { name: 'Routes', selected: true }).waitFor();
  });

  await editor.step('Replay: a POST is asked about first, and is not sent on Cancel', async () => {
    await editor.run('Prefork: Replay Request…');
    await list.getByText('POST /form').click();
    await dialog.getByText('Send POST again?').waitFor();
    await editor.screenshot('editor replay warning');
    await button('Cancel');
    await editor.run('Prefork: Replay Request…');
    await list.getByText('POST /form').click();
    await button('Replay');
    await waitFor('the replay', async () => (await rows('/form').count()) === 2);
    await editor.screenshot('editor replayed');
  });

  await editor.step('Replay under the Debugger stops in the worker that was chosen', async () => {
    await breakAt(editor, folder, "Hello, {request.form['name']}");
    await editor.run('Prefork: Replay Request under the Debugger…');
    await list.getByText('POST /form').first().click();
    await button('Replay');
    // Exactly: a request's row says "worker 2", too.
    await list.getByText('Worker 2', { exact: true }).click();
    await stopped(editor).waitFor();
    await seesWorker(editor, /^Worker 2, paused, paused at wsgi\.py:\d+/);
    await editor.screenshot('editor replay stopped');
  });

  await editor.step('nobody else is sent to it meanwhile', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => get(url)));
    for (const answer of answers) assert.match(answer, /^version 1/);
    await editor.run('Debug: Continue');
    await seesWorker(editor, /^Worker 2, ready, /);
    await stopped(editor).waitFor({ state: 'hidden' });
  });

  await editor.step('the panel does the same', async () => {
    await editor.run('Prefork: Show Request…');
    await list.getByText('POST /form').first().click();
    await panel.getByRole('tab', { name: 'Summary' }).waitFor();
    await panel.getByRole('main').press('Shift+R');
    await panel.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await stopped(editor).waitFor();
    await editor.screenshot('editor replay from the panel');
    await editor.run('Debug: Continue');
    await stopped(editor).waitFor({ state: 'hidden' });
    await editor.run('Debug: Disconnect');
  });

  await editor.step('Stop Server leaves nothing', async () => {
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
  });
});
