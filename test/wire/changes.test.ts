/** What a change means: which files ask for a new generation, and which must not. */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startProject } from '../support/project.ts';

test('a module that an app does without is imported as soon as it is there, and not when it is gone', async (t) => {
  const pages = `
try:
    from local_settings import ANSWER
except ImportError:
    ANSWER = "default"

def answer():
    return ANSWER
`;
  const { cwd, answers, write } = await startProject(t, { 'pages.py': pages });
  await answers('default');
  write({ 'local_settings.py': 'ANSWER = "local"' });
  await answers('local');
  rmSync(join(cwd, 'local_settings.py'));
  await answers('default');
  write({ 'local_settings/__init__.py': 'ANSWER = "package"' });
  await answers('package');
});

test('a package that goes before an imported module, and a submodule that is looked for', async (t) => {
  const pages = `
import importlib.util
import shop

def answer():
    return shop.NAME

if importlib.util.find_spec("plugins.admin"):
    import plugins.admin
    shop.NAME = plugins.admin.NAME
`;
  const files = { 'pages.py': pages, 'shop.py': 'NAME = "module"', 'plugins/__init__.py': '' };
  const { answers, write } = await startProject(t, files);
  await answers('module');
  write({ 'shop/__init__.py': 'NAME = "package"' });
  await answers('package');
  write({ 'plugins/admin.py': 'NAME = "admin"' });
  await answers('admin');
});

test('what is read once is read anew: templates, translations, .env', async (t) => {
  const pages = `
import pathlib
here = pathlib.Path(__file__).parent
kept = [(here / name).read_text() for name in ("templates/mail.txt", "de/site.mo", ".env")]

def answer():
    return "".join(kept)
`;
  const files = { 'pages.py': pages, 'templates/mail.txt': 'a', 'de/site.mo': 'b', '.env': 'c' };
  const { answers, write } = await startProject(t, files);
  await answers('abc');
  write({ 'templates/mail.txt': 'A' });
  await answers('Abc');
  write({ 'de/site.mo': 'B' });
  await answers('ABc');
  write({ '.env': 'C' });
  await answers('ABC');
});

test('what the app does not read, and a save that changes nothing, make no generation', async (t) => {
  const pages = 'def answer():\n    return "same"\n';
  const { cwd, server, answers, generations, write } = await startProject(t, { 'pages.py': pages });
  await answers('same');
  write({
    'pages.py': pages,
    'scratch.py': 'x = 1',
    'db.sqlite3': 'x',
    'db.sqlite3-journal': 'x',
    'app.log': 'x',
    '.pages.py.swp': 'x',
    'pages.py~': 'x',
    '#pages.py#': 'x',
    'pages.py___jb_tmp___': 'x',
    '__pycache__/pages.cpython-311.pyc': 'x',
    'node_modules/tool/page.html': 'x',
    'static/site.css': 'x',
    'media/letter.html': 'x',
    'uploads/new.html': 'x',
  });
  const stream = await server.stream();
  await stream.command('saved', { files: [join(cwd, 'pages.py'), join(cwd, 'scratch.py')] });
  assert.deepEqual(await generations(), ['start']);
  writeFileSync(join(cwd, 'pages.py'), pages.replace('same', 'another'));
  await answers('another');
  assert.deepEqual(await generations(), ['start', 'code']); // the save that changed something
});

test('a file that is slow to be read makes no generation, and its change makes one', async (t) => {
  const pages = `
import sys, time

def read_slowly(event, arguments):
    if event == "open" and str(arguments[0]).endswith(("early.py", "late.py")):
        time.sleep(0.3)

sys.addaudithook(read_slowly)
import early

def answer():
    import late
    return early.text + late.text
`;
  const modules = { 'early.py': 'text = "early "', 'late.py': 'text = "late"' };
  const { answers, generations, write } = await startProject(t, { 'pages.py': pages, ...modules });
  await answers('early late');
  assert.deepEqual(await generations(), ['start']);
  write({ 'late.py': 'text = "another"' });
  await answers('early another');
  assert.deepEqual(await generations(), ['start', 'code']);
});

test('a checkout of 2,000 files is one generation', async (t) => {
  const names = Array.from({ length: 2_000 }, (_, index) => `m${index}`);
  const sources = (value: number): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`many/${name}.py`, `value = ${value}\n`]));
  const pages = `
import importlib
modules = [importlib.import_module(f"many.m{index}") for index in range(2000)]

def answer():
    return sum(module.value for module in modules)
`;
  const { cwd, answers, generations, write } = await startProject(t, {
    'pages.py': pages,
    '.git/HEAD': 'ref: refs/heads/main',
    ...sources(1),
  });
  await answers('2000');
  write({ '.git/index.lock': '' });
  write(sources(2));
  rmSync(join(cwd, '.git/index.lock'));
  await answers('4000');
  assert.deepEqual(await generations(), ['start', 'code']);
});
