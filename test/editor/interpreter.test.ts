/** Which Python runs the app, when another extension says so. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { root, venvPython } from '../support/paths.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get } from './serving.ts';

const PYTHON_EXTENSION = join(root, 'test/support/pythonExtension');

const APP = `import sys

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [sys.executable.encode()]
`;

test('the interpreter that is chosen in the Python extension is followed', async (t) => {
  const folder = tempFolder(t);
  const [one, other] = ['python-one', 'python-other'].map((name) => join(folder, name));
  for (const python of [one, other]) symlinkSync(venvPython, python ?? '');
  writeFiles(folder, { 'wsgi.py': APP, 'chosen-python': one ?? '' });
  const settings = { 'prefork.pythonPath': '' };
  const editor = await openEditor(t, folder, settings, { extensions: [PYTHON_EXTENSION] });
  const answer = async (end: string) =>
    waitFor(
      `an answer of ${end}`,
      async () => (await get(await addressOf(editor)).catch(() => '')).endsWith(end),
      { seconds: 20 },
    );

  await editor.run('Prefork: Start Server');
  await answer('python-one');
  await editor.statusBar.hover();
  await editor.page.getByText('Python from Python extension').first().waitFor();
  writeFiles(folder, { 'chosen-python': other ?? '' });
  await editor.run('Stand-in: Choose Interpreter');
  await answer('python-other');
  await editor.run('Prefork: Stop Server');
  await editor.statusBar.waitFor({ state: 'detached' });
  await assertNothingLeft(editor.codeServer);
});
