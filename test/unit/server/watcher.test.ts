/** The watcher on real files: no change is missed, however quickly it follows another. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { OpenEvents } from '../../../server/reload/events.ts';
import { type Sources, type Watcher, watchCode } from '../../../server/reload/watcher.ts';
import { waitFor } from '../../support/wait.ts';

interface Watched {
  folder: string;
  file: string;
  watcher: Watcher;
  /** What the file held when each change was told. */
  changes: string[][];
}

function temporary(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'prefork-unit-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function watched(t: TestContext, open?: OpenEvents, folder = temporary(t)): Promise<Watched> {
  const file = join(folder, 'views.py');
  writeFileSync(file, 'first');
  const changes: string[][] = [];
  const options = {
    root: folder,
    extra: [],
    broken: () => false,
    changed: async (files: string[]) => {
      changes.push(files.sort());
    },
    failed: (message: string) => assert.fail(message),
  };
  const watcher = watchCode(options, open);
  t.after(() => watcher.close());
  await watcher.ready;
  return { folder, file, watcher, changes };
}

/** What a worker reports: files with what they held when it read them (null: not told). */
function sources(files: Record<string, string | null>, missed: string[] = []): Sources {
  const told = Object.entries(files).flatMap(([file, text]) =>
    text === null ? [] : [[file, createHash('sha256').update(text).digest('hex')]],
  );
  return { files: Object.keys(files), digests: Object.fromEntries(told), missed };
}

/** As on a network mount: nothing is ever heard of. */
const noEvents: OpenEvents = () => ({
  ready: Promise.resolve(),
  files: () => [],
  add: () => {},
  close: async () => {},
});

test('a save right after another is a change of its own', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: null }));
  for (let save = 1; save <= 5; save += 1) {
    writeFileSync(file, `save ${save}`);
    await waitFor(`save ${save} to be told`, () => changes.length >= save, { interval: 1 });
    await sleep(5 * save); // within the time in which chokidar leaves changes out
  }
  assert.ok(changes.every((files) => files.length === 1 && files[0] === file));
});

test('a change just before its file is known to be imported is told then', async (t) => {
  const { file, watcher, changes } = await watched(t);
  writeFileSync(file, 'changed');
  await watcher.saved([file]);
  assert.deepEqual(changes, []);
  watcher.imported(sources({ [file]: null }));
  await waitFor('the change to be told', () => changes.length === 1);
});

test('`saved` resolves when the change has been dealt with', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: null }));
  writeFileSync(file, 'changed');
  await watcher.saved([file]);
  assert.deepEqual(changes, [[file]]);
});

test('a save of the content that the app runs is none', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: 'first' }));
  writeFileSync(file, 'first');
  await watcher.saved([file]);
  writeFileSync(file, 'second');
  await watcher.saved([file]);
  assert.equal(changes.length, 1);
});

test('what was saved while it was imported is told when that is known', async (t) => {
  const { file, watcher, changes } = await watched(t, noEvents);
  watcher.imported(sources({ [file]: 'what was there before' }));
  await waitFor('the change to be told', () => changes.length === 1);
});

test('without any event the check finds changed, new and deleted files', async (t) => {
  const { folder, file, watcher, changes } = await watched(t, noEvents);
  const other = join(folder, 'other.py');
  writeFileSync(other, 'other');
  watcher.imported(sources({ [file]: 'first', [other]: 'other' }, [join(folder, 'missing')]));
  writeFileSync(file, 'second');
  await waitFor('the change', () => changes.length === 1);
  writeFileSync(join(folder, 'missing.py'), 'found');
  await waitFor('the new file', () => changes.length === 2);
  rmSync(other);
  await waitFor('the deletion', () => changes.length === 3);
  assert.deepEqual(changes, [[file], [join(folder, 'missing.py')], [other]]);
});

test('a file that is missed and there already is told at once', async (t) => {
  const { folder, watcher, changes } = await watched(t, noEvents);
  mkdirSync(join(folder, 'plugins'));
  writeFileSync(join(folder, 'plugins/__init__.py'), '');
  watcher.imported(sources({}, [join(folder, 'plugins')]));
  await waitFor('the new package', () => changes.length === 1);
});

test('a checkout is one change, however long git takes', async (t) => {
  const folder = temporary(t);
  mkdirSync(join(folder, '.git'));
  const { watcher, changes } = await watched(t, undefined, folder);
  const files = Array.from({ length: 500 }, (_, index) => join(folder, `module${index}.py`)).sort();
  for (const path of files) writeFileSync(path, 'before');
  watcher.imported(sources(Object.fromEntries(files.map((path) => [path, 'before']))));
  const lock = join(folder, '.git/index.lock');
  writeFileSync(lock, '');
  for (const path of files.slice(0, 250)) writeFileSync(path, 'after');
  const told = watcher.saved(files.slice(0, 1));
  const early = await Promise.race([told.then(() => 'told'), sleep(300, 'waits')]);
  assert.equal(early, 'waits', 'git reads from a slow disk');
  for (const path of files.slice(250)) writeFileSync(path, 'after');
  rmSync(lock);
  await told;
  assert.deepEqual(changes, [files]);
});

test('an editor that replaces the file, or clears it first, saves once', async (t) => {
  const { folder, file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: 'first' }));
  renameSync(file, join(folder, 'views.py~')); // vim
  await sleep(5);
  writeFileSync(file, 'second');
  await waitFor('the replaced file to be told', () => changes.length === 1);
  writeFileSync(file, '');
  await sleep(5);
  writeFileSync(file, 'third');
  await waitFor('the cleared file to be told', () => changes.length === 2);
  await watcher.saved([file]);
  assert.deepEqual(changes, [[file], [file]]);
});

test('a save that rests in its middle, as on a busy machine, is one', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: 'first' }));
  writeFileSync(file, '');
  const told = watcher.saved([file]);
  await sleep(200);
  writeFileSync(file, 'second');
  await told;
  await watcher.saved([file]);
  assert.deepEqual(changes, [[file]]);
});

test('a file that is emptied for good is told', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: 'first' }));
  writeFileSync(file, '');
  await watcher.saved([file]);
  assert.deepEqual(changes, [[file]]);
});

test('a renamed folder takes its modules with it', async (t) => {
  const { folder, watcher, changes } = await watched(t);
  const module = join(folder, 'shop/models.py');
  mkdirSync(join(folder, 'shop'));
  writeFileSync(module, 'models');
  watcher.imported(sources({ [module]: 'models' }));
  renameSync(join(folder, 'shop'), join(folder, 'store'));
  await waitFor('the change to be told', () => changes.length === 1);
  assert.deepEqual(changes, [[module]]);
});

test('a package that lies elsewhere is watched, with what comes into it', async (t) => {
  const { watcher, changes } = await watched(t);
  const { folder: elsewhere } = await watched(t);
  const init = join(elsewhere, 'lib/__init__.py');
  mkdirSync(join(elsewhere, 'lib/templates'), { recursive: true });
  writeFileSync(init, 'init');
  watcher.imported(sources({ [init]: 'init' }, [join(elsewhere, 'lib/extras')]));
  writeFileSync(init, 'changed');
  await waitFor('the module', () => changes.length === 1);
  writeFileSync(join(elsewhere, 'lib/extras.py'), 'found');
  await waitFor('the new module', () => changes.length === 2);
  assert.deepEqual(changes, [[init], [join(elsewhere, 'lib/extras.py')]]);
});

test('two workers that run different code are a change, whatever was heard of it', async (t) => {
  const { file, watcher, changes } = await watched(t, noEvents);
  watcher.imported(sources({ [file]: 'first' }));
  writeFileSync(file, 'second');
  watcher.imported(sources({ [file]: 'second' }));
  await waitFor('the change to be told', () => changes.length === 1);
  watcher.imported(sources({ [file]: 'second' }));
  await watcher.saved([file]);
  assert.equal(changes.length, 1);
});

test('a worker that tells what it runs in the moment of a save makes no change of its own', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported(sources({ [file]: 'first' }));
  writeFileSync(file, 'second');
  const told = watcher.saved([file]);
  while (changes.length === 0) {
    watcher.imported(sources({ [file]: 'first' }));
    await setImmediate();
  }
  await told;
  await watcher.saved([file]);
  assert.equal(changes.length, 1);
});
