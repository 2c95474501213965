/** The system's limit on watched files, made small: said once, and changes are found all the same. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { cleanUp } from '../../support/cleanup.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { waitFor, within } from '../../support/wait.ts';

/** In a user namespace of its own, where the limit may be set without privileges. */
const LIMIT = 'echo 5 > /proc/sys/user/max_inotify_watches';
const namespace = (...command: string[]): string[] => ['-Ur', 'sh', '-c', ...command];
const isPossible = spawnSync('unshare', namespace(LIMIT)).status === 0;

test('beyond the limit changes are looked for', { skip: !isPossible }, async (t) => {
  const folder = tempFolder(t);
  const names = Array.from({ length: 20 }, (_, index) => `package${index}/module.py`);
  writeFiles(folder, Object.fromEntries(names.map((name) => [name, 'before'])));
  for (const name of names) utimesSync(join(folder, name), 0, 0);
  const script = join(import.meta.dirname, '../../support/limitedWatcher.ts');
  const command = [`${LIMIT} && exec "$0" "$@"`, process.execPath, script, folder];
  const child = spawn('unshare', namespace(...command), { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUp(t, () => void child.kill('SIGKILL'));
  const told: Array<Record<string, unknown>> = [];
  createInterface(child.stdout).on('line', (line) => told.push(JSON.parse(line)));

  await waitFor('the watcher', () => told.some(({ ready }) => ready));
  for (const name of names.slice(-4)) {
    const count = told.filter(({ changed }) => changed).length;
    writeFileSync(join(folder, name), `after ${name}`);
    await waitFor(
      `the change of ${name}`,
      () => told.filter((one) => one['changed']).length > count,
    );
  }
  const failures = told.filter(({ failed }) => failed);
  assert.deepEqual(failures, [
    {
      failed:
        'Watching files: The system watches no more files; changes are looked for once a second',
    },
  ]);
  child.stdin.end();
  const [code] = await within(5, 'the watcher to end', once(child, 'exit'));
  assert.equal(code, 0);
});
