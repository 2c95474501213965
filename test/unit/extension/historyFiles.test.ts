/** Where servers' histories are kept, and how they go. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { createHistoryFiles } from '../../../extension/historyFiles.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';

const SHOP = { app: 'wsgi:application', root: '/home/ada/shop' };
const BLOG = { app: 'wsgi:application', root: '/home/ada/blog' };

test('one for each app hook in its folder, always the same', () => {
  const files = createHistoryFiles('/storage/history');
  const other = { ...SHOP, app: 'wsgi:admin' };
  assert.equal(new Set([SHOP, BLOG, other].map(files.of)).size, 3);
  assert.equal(createHistoryFiles('/storage/history').of({ ...SHOP }), files.of(SHOP));
  assert.match(files.of(SHOP), /^\/storage\/history\/[\w.]+$/);
});

test('removed but for those of servers that run', (t) => {
  const folder = tempFolder(t);
  const files = createHistoryFiles(folder);
  const [shop, blog] = [SHOP, BLOG].map((hook) => basename(files.of(hook)));
  writeFiles(folder, {
    [`${shop}`]: '',
    [`${shop}.lock`]: '',
    [`${blog}`]: '',
    [`${blog}.damaged`]: '',
  });
  files.remove([SHOP]);
  assert.deepEqual(readdirSync(folder).sort(), [shop, `${shop}.lock`].sort());
  files.remove([]);
  assert.deepEqual(readdirSync(folder), []);
  createHistoryFiles(join(folder, 'none')).remove([]);
});
