/** What a change means: which files ask for a new generation, and which must not. */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, type ServerOptions, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

/** Answers with `answer()`, which each test makes of what it changes. */
const APP = `
from pages import answer

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(answer()).encode()]
`;

interface Project {
  cwd: string;
  server: RunningServer;
  /** Resolves when the answer is this one. */
  answers(text: string): Promise<void>;
  /** How many generations there have been. */
  generations(): Promise<number>;
  write(files: Record<string, string>): void;
}

async function project(
  t: TestContext,
  files: Record<string, string>,
  options: Partial<ServerOptions> = {},
): Promise<Project> {
  const cwd = tempFolder(t);
  const write = (changes: Record<string, string>): void => writeFiles(cwd, changes);
  write({ 'wsgi.py': APP, ...files });
  const server = await startServer(t, { app: 'wsgi', cwd, ...options });
  const stream = await server.stream();
  return {
    cwd,
    server,
    write,
    answers: async (text) => {
      let last = '';
      const isAnswered = async (): Promise<boolean> => {
        last = (await send(server.url)).body;
        return last === text;
      };
      await waitFor(`the answer ${text}`, isAnswered).catch((error) => {
        throw new Error(`${error.message}; the last one was ${last}`);
      });
    },
    generations: async () => {
      await stream.command('saved', { files: [] }); // whatever was noticed is dealt with
      return stream.events.filter((event) => event.type === 'reload' && event.phase === 'started')
        .length;
    },
  };
}

test('a module that an app does without is imported as soon as it is there, and not when it is gone', async (t) => {
  const pages = `
try:
    from local_settings import ANSWER
except ImportError:
    ANSWER = "default"

def answer():
    return ANSWER
`;
  const { cwd, answers, write } = await project(t, { 'pages.py': pages });
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
  const { answers, write } = await project(t, files);
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
  const { answers, write } = await project(t, files);
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
  const { cwd, server, answers, generations, write } = await project(t, { 'pages.py': pages });
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
  assert.equal(await generations(), 1);
  writeFileSync(join(cwd, 'pages.py'), pages.replace('same', 'another'));
  await answers('another');
  assert.equal(await generations(), 2, 'one for the save that changed something');
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
  const { cwd, answers, generations, write } = await project(t, {
    'pages.py': pages,
    '.git/HEAD': 'ref: refs/heads/main',
    ...sources(1),
  });
  await answers('2000');
  write({ '.git/index.lock': '' });
  write(sources(2));
  rmSync(join(cwd, '.git/index.lock'));
  await answers('4000');
  assert.equal(await generations(), 2);
});
