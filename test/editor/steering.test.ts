/** One worker is debugged by a click: requests go to it, and while it is paused a save waits for it alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor, within } from '../support/wait.ts';
import { debugWorker2, seesWorker, stopped } from './debugging.ts';
import { assertNothingLeft, get, status } from './serving.ts';

test('Debug Worker: the first request stops, others are answered, a save waits', async (t) => {
  const { editor, url } = await debugWorker2(t);
  let answer = Promise.resolve('');

  await editor.step('requests are steered to it', () =>
    seesWorker(editor, /^Worker 2, ready, takes all requests/),
  );

  await editor.step('the first request stops', async () => {
    answer = get(url);
    await stopped(editor).waitFor();
    await seesWorker(editor, /^Worker 2, paused, paused at wsgi\.py:\d+/);
  });

  await editor.step('the other worker answers, also with what is saved meanwhile', async () => {
    assert.match(await within(10, 'the other worker', get(url)), /^version 1/);
    await editor.open('message.py');
    await editor.replace('TEXT = "version 2"\n');
    await status(editor, /gen 2/);
    assert.match(await within(10, 'the other worker', get(url)), /^version 2/);
    await seesWorker(editor, /^Worker 2, paused, .*reload pending/);
    await editor.screenshot('editor reload pending');
  });

  await editor.step('it goes on, is replaced, and its successor stops', async () => {
    await editor.run('Debug: Continue');
    assert.match(await within(10, 'the answer', answer), /^version 1/);
    await seesWorker(editor, /^Worker 2, ready, takes all requests.*gen 2/);
    answer = get(url);
    await stopped(editor).waitFor();
  });

  await editor.step('Stop Server while it is paused leaves nothing', async () => {
    answer.catch(() => {});
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await waitFor('the sessions to end', async () => !(await stopped(editor).isVisible()));
  });
});
