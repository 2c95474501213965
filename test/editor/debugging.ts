/** What the editor tests do with breakpoints and see of debugged workers. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Locator } from 'playwright-core';
import { type Editor, openEditor } from '../support/editor.ts';
import { copyOfApp } from '../support/folders.ts';
import { addressOf } from './serving.ts';

/** An editor with the app served, a breakpoint in its page, and Worker 2 being debugged. */
export async function debugWorker2(t: TestContext): Promise<{ editor: Editor; url: string }> {
  const folder = copyOfApp(t, 'flask');
  const editor = await openEditor(t, folder);
  await editor.run('Prefork: Start Server');
  const url = await addressOf(editor);
  await breakAt(editor, folder, 'message.TEXT} from');
  await editor.run('Prefork: Debug Worker…');
  await editor.page.locator('.quick-input-list').getByText('Worker 2').click();
  return { editor, url };
}

/** In the Workers tree, by what is said of it: `Worker 2, paused, paused at …`. */
export async function seesWorker(editor: Editor, name: RegExp): Promise<void> {
  const tab = editor.page.getByRole('tab', { name: 'Prefork' }).first();
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  await editor.page.getByRole('treeitem', { name }).waitFor();
}

/**
 * Opens the app's file and sets a breakpoint on the line that has `code`.
 * @returns the line's number
 */
export async function breakAt(editor: Editor, folder: string, code: string): Promise<number> {
  const lines = readFileSync(join(folder, 'wsgi.py'), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(code)) + 1;
  assert.ok(line > 0, code);
  await editor.open('wsgi.py', line);
  await editor.page.keyboard.press('F9');
  await editor.page
    .locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified')
    .first()
    .waitFor();
  return line;
}

/** The line that the debugger stands at. */
export const stopped = (editor: Editor): Locator =>
  editor.page.locator('.debug-top-stack-frame-line').first();
