/** What a changed file means, and which saves are the same save. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isIgnoredFolder, isInside, isRelevant } from '../../../server/reload/change.ts';
import { createContents } from '../../../server/reload/contents.ts';
import { globToRegExp } from '../../../server/reload/glob.ts';

const KNOWN = { imported: new Set(['/app/views.py']), extra: ['/app/data/*.yaml'], broken: false };

test('code that the app imported, templates and configuration ask for new workers', () => {
  for (const path of ['/app/views.py', '/app/templates/a.html', '/app/.env', '/app/data/x.yaml']) {
    assert.equal(isRelevant(path, KNOWN), true, path);
  }
});

test('what the app does not read asks for nothing', () => {
  const nothing = [
    '/app/scratch.py',
    '/app/db.sqlite3',
    '/app/db.sqlite3-journal',
    '/app/app.log',
    '/app/static/site.css',
    '/app/.views.py.swp',
    '/app/views.py~',
    '/app/#views.py#',
    '/app/data/deep/x.yaml',
  ];
  for (const path of nothing) assert.equal(isRelevant(path, KNOWN), false, path);
});

test('while the app is broken any new code may heal it', () => {
  assert.equal(isRelevant('/app/missing.py', { ...KNOWN, broken: true }), true);
  assert.equal(isRelevant('/app/notes.txt', { ...KNOWN, broken: true }), false);
});

test('tools’ own folders are not looked into', () => {
  for (const name of ['node_modules', '__pycache__', '.git', '.venv', 'site-packages']) {
    assert.equal(isIgnoredFolder(`/app/${name}`), true, name);
  }
  assert.equal(isIgnoredFolder('/app/templates'), false);
});

test('inside is by path, not by prefix', () => {
  assert.equal(isInside('/app/a.py', '/app'), true);
  assert.equal(isInside('/application/a.py', '/app'), false);
  assert.equal(isInside('/app', '/app'), false);
});

test('globs are Gunicorn’s', () => {
  const matches = (glob: string, path: string): boolean => globToRegExp(glob).test(path);
  assert.equal(matches('/a/**/*.po', '/a/b/c/x.po'), true);
  assert.equal(matches('/a/**/*.po', '/a/x.po'), true);
  assert.equal(matches('/a/*.po', '/a/b/x.po'), false);
  assert.equal(matches('/a/x[0-9].?ml', '/a/x3.yml'), true);
  assert.equal(matches('/a/x[!0-9].yml', '/a/x3.yml'), false);
  assert.equal(matches('/a/(x)+.yml', '/a/(x)+.yml'), true);
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'prefork-unit-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a save counts once, however often it is heard of', async (t) => {
  const file = join(folder(t), 'a.py');
  const contents = createContents();
  writeFileSync(file, 'one');
  assert.equal(await contents.isNew(file), true);
  assert.equal(await contents.isNew(file), false);
  writeFileSync(file, 'two');
  assert.equal(await contents.isNew(file), true);
  rmSync(file);
  assert.equal(await contents.isNew(file), true);
});

test('a file that is being written is waited for', async (t) => {
  const file = join(folder(t), 'a.py');
  const contents = createContents();
  writeFileSync(file, '');
  const asked = contents.isNew(file);
  writeFileSync(file, 'whole');
  assert.equal(await asked, true);
  assert.equal(await contents.isNew(file), false, 'what was counted is the whole text');
});
