/** The watcher on real files: no change is missed, however quickly it follows another. */

import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Watcher, watchCode } from '../../../server/reload/watcher.ts';
import { waitFor } from '../../support/wait.ts';

interface Watched {
  file: string;
  watcher: Watcher;
  /** What the file held when each change was told. */
  changes: string[][];
}

async function watched(t: TestContext): Promise<Watched> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'prefork-unit-')));
  const file = join(folder, 'views.py');
  writeFileSync(file, 'first');
  const changes: string[][] = [];
  const watcher = watchCode({
    root: folder,
    extra: [],
    broken: () => false,
    changed: async (files) => {
      changes.push(files);
    },
    failed: (message) => assert.fail(message),
  });
  t.after(async () => {
    await watcher.close();
    rmSync(folder, { recursive: true });
  });
  await watcher.ready;
  return { file, watcher, changes };
}

test('a save right after another is a change of its own', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported([file]);
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
  watcher.imported([file]);
  await waitFor('the change to be told', () => changes.length === 1);
});

test('`saved` resolves when the change has been dealt with', async (t) => {
  const { file, watcher, changes } = await watched(t);
  watcher.imported([file]);
  writeFileSync(file, 'changed');
  await watcher.saved([file]);
  assert.deepEqual(changes, [[file]]);
});
