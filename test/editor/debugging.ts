/** What the editor tests do with breakpoints and see of debugged workers. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import type { Editor } from '../support/editor.ts';

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
