/** What the editor tests ask of a server that the extension started. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { CodeServer } from '../support/codeServer.ts';
import type { Editor } from '../support/editor.ts';
import { waitFor } from '../support/wait.ts';

/** Waits until the status bar matches. */
export const status = (editor: Editor, pattern: RegExp): Promise<string> =>
  waitFor(
    `the status bar to say ${pattern}`,
    async () => {
      const text = (await editor.statusBar.textContent({ timeout: 500 })) ?? '';
      return pattern.test(text) && text;
    },
    { seconds: 20 },
  );

/** The app's address, from the status bar. */
export async function addressOf(editor: Editor): Promise<string> {
  const text = await status(editor, /:\d+ · gen/);
  return `http://127.0.0.1:${/:(\d+)/.exec(text)?.[1]}`;
}

export const get = async (url: string): Promise<string> => (await fetch(url)).text();

/** The server, its zygote and its workers. */
export const serverProcesses = (codeServer: CodeServer) =>
  codeServer.processes().filter(({ command }) => /dist\/server\.js|prefork_worker/.test(command));

/** Within two seconds of a stop: no process, no file. */
export async function assertNothingLeft(codeServer: CodeServer): Promise<void> {
  const files = () => readdirSync(codeServer.temp).filter((name) => name.startsWith('prefork'));
  const clean = () => serverProcesses(codeServer).length === 0 && files().length === 0;
  await waitFor('nothing to be left', clean, { seconds: 2 }).catch(() => undefined);
  assert.deepEqual(serverProcesses(codeServer), []);
  assert.deepEqual(files(), []);
}
