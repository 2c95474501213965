/** What a changed file means, and which saves are the same save. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isIgnoredFolder, isInside, isRelevant } from '../../../server/reload/change.ts';
import { createContents } from '../../../server/reload/contents.ts';
import { globToRegExp } from '../../../server/reload/glob.ts';

const KNOWN = {
  root: '/app',
  imported: new Set(['/app/views.py', '/app/orders.py']),
  missed: new Set(['/app/local_settings', '/app/shop/admin', '/lib/speedups']),
  extra: ['/app/data/*.yaml', '/etc/conf.py'],
  broken: false,
};

test('code that the app imported, templates and configuration ask for new workers', () => {
  const something = [
    '/app/views.py',
    '/app/page.html',
    '/app/templates/mail.txt',
    '/app/locale/de/LC_MESSAGES/django.mo',
    '/app/.env',
    '/app/.env.local',
    '/app/.flaskenv',
    '/app/data/x.yaml',
    '/etc/conf.py',
  ];
  for (const path of something) assert.equal(isRelevant(path, KNOWN), true, path);
});

test('so does a file that an import looked for in vain', () => {
  const found = [
    '/app/local_settings.py',
    '/app/local_settings/__init__.py',
    '/app/local_settings/deep/er.py',
    '/app/shop/admin.py',
    '/app/orders/__init__.py', // goes before orders.py
    '/lib/speedups.cpython-311-x86_64-linux-gnu.so',
  ];
  for (const path of found) assert.equal(isRelevant(path, KNOWN), true, path);
  const others = ['/app/local_settings.txt', '/app/local_settings2.py', '/app/orders/more.py'];
  for (const path of others) assert.equal(isRelevant(path, KNOWN), false, path);
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
    '/app/.#views.py',
    '/app/._views.py',
    '/app/views.py___jb_tmp___',
    '/app/views.py___jb_old___',
    '/app/.page.html.swp',
    '/app/templates/page.html~',
    '/app/4913',
    '/app/data/deep/x.yaml',
    '/app/media/letters/dear.html',
    '/app/uploads/page.html',
    '/app/htmlcov/index.html',
    '/app/.envrc',
    '/app/notes.md',
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

test('what a worker imported is not new, whatever the file’s times say', async (t) => {
  const file = join(folder(t), 'a.py');
  const contents = createContents();
  writeFileSync(file, 'one');
  contents.imported(file, sha256('one'));
  utimesSync(file, new Date(), new Date());
  assert.equal(await contents.isNew(file), false, 'saved with the same content');
  writeFileSync(file, 'two');
  assert.equal(await contents.isNew(file), true);
  assert.equal(contents.imported(file, sha256('two')), 'current');
  assert.equal(contents.imported(file, sha256('one')), 'stale', 'its sibling runs old code');
});

test('a file that was looked for in vain may differ as soon as it is there', async (t) => {
  const file = join(folder(t), 'a.py');
  const contents = createContents();
  assert.equal(contents.missed(file), false);
  assert.equal(contents.mayDiffer(file), false);
  writeFileSync(file, '');
  assert.equal(contents.mayDiffer(file), true);
  assert.equal(await contents.isNew(file), true, 'even if it is empty');
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
