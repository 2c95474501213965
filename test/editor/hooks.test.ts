/** Each kind of app hook, found in one folder of projects and served through the palette. */

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS, type FixtureApp } from '../support/apps.ts';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { addressOf, assertNothingLeft, get } from './serving.ts';

/** As in Flask's tutorial. */
const FACTORY = `import os

from flask import Flask


def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)

    @app.route("/")
    def hello():
        return f"version 1 from {os.getpid()}"

    return app
`;

/** The file that a hook is found in, by kind. */
const KINDS: [kind: string, file: string][] = [
  ['Django', 'a-django/project/wsgi.py'],
  ['Flask', 'a-flask/wsgi.py'],
  ['Bottle', 'a-bottle/wsgi.py'],
  ['a factory', 'a-factory/flaskr/__init__.py'],
  ['a bare callable', 'a-bare/wsgi.py'],
];

test('each kind of app hook is offered and served', async (t) => {
  const folder = tempFolder(t);
  for (const [name, make] of Object.entries(APPS)) {
    const { cwd }: FixtureApp = await make(t);
    cpSync(cwd, join(folder, `a-${name}`), { recursive: true });
  }
  writeFiles(folder, { 'a-factory/flaskr/__init__.py': FACTORY });
  const editor = await openEditor(t, folder);
  const rows = editor.page.locator('.quick-input-list .monaco-list-row');

  for (const [kind, file] of KINDS) {
    await editor.step(kind, async () => {
      await editor.run('Prefork: Start Server');
      await waitFor('one hook for each', async () => (await rows.count()) === KINDS.length);
      await editor.screenshot('editor hooks');
      await rows.filter({ hasText: file }).click();
      const url = await addressOf(editor);
      assert.match(await get(url), /^version 1 from \d+$/);
      await editor.run('Prefork: Stop Server');
      await editor.statusBar.waitFor({ state: 'detached' });
      await assertNothingLeft(editor.codeServer);
      await assert.rejects(get(url));
    });
  }
});
