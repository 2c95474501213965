/** Where the Python package is: beside the server, unpacked in the cache, or in a temporary folder. */

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findWorkerFolder } from '../../../server/workerFolder.ts';
import { runToEnd } from '../../support/commandLine.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { root } from '../../support/paths.ts';

const NAME = 'worker-0123456789abcdef';
const MONTH = 31 * 24 * 3600; // s

const FILES: Record<string, string> = { 'prefork_worker/__init__.py': '' };
for (let number = 1; number <= 50; number += 1) {
  FILES[`prefork_worker/http/part${number}.py`] = `"""Ein Stück: ${number}."""\n`.repeat(200);
}

/** A folder with the server's archive, and an empty cache. */
function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const [dist, cache, temp] = ['dist', 'cache', 'temp'].map((name) => join(folder, name));
  for (const path of [dist, cache, temp]) mkdirSync(path as string);
  writeFileSync(join(dist as string, `${NAME}.json`), JSON.stringify(FILES));
  const environ = { XDG_CACHE_HOME: cache, TMPDIR: temp };
  return {
    dist: dist as string,
    cache: cache as string,
    temp: temp as string,
    unpacked: join(cache as string, 'prefork', NAME),
    find: () => findWorkerFolder(dist as string, environ),
    /** In a process of its own: what it found, and whether all was there, is in `stdout`. */
    findElsewhere: () => runToEnd(process.execPath, ['-e', FIND, dist as string], root, environ),
  };
}

const FIND = `
const { findWorkerFolder } = require('./server/workerFolder.ts');
const folder = findWorkerFolder(process.argv[1], process.env);
const files = require('node:fs').readdirSync(folder, { recursive: true });
console.log(folder, files.filter((file) => file.endsWith('.py')).length);
`;

function assertWhole(folder: string): void {
  for (const [path, text] of Object.entries(FILES)) {
    assert.equal(readFileSync(join(folder, path), 'utf8'), text, path);
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const count = files.filter((file) => file.isFile()).length;
  assert.equal(count, Object.keys(FILES).length + 1, 'no draft is left');
}

test('the folder beside the server is used where it is', (t) => {
  const { dist, cache, find } = setUp(t);
  mkdirSync(join(dist, 'worker'));
  assert.equal(find(), join(dist, 'worker'));
  assert.deepEqual(readdirSync(cache), []);
});

test('a server that has neither says so', (t) => {
  const { dist, find } = setUp(t);
  rmSync(join(dist, `${NAME}.json`));
  assert.throws(find, /lacks the Python package/);
});

test('an archive is unpacked once, for its user alone', (t) => {
  const { unpacked, find } = setUp(t);
  assert.equal(find(), unpacked);
  assertWhole(unpacked);
  assert.equal(statSync(unpacked).mode & 0o777, 0o700);
  const file = join(unpacked, 'prefork_worker/__init__.py');
  const [marker, { ino }] = [join(unpacked, 'unpacked.json'), statSync(file)];
  utimesSync(marker, Date.now() / 1000, statSync(marker).mtimeMs / 1000 + 5);
  const before = statSync(marker).mtimeMs;
  assert.equal(find(), unpacked);
  assert.equal(statSync(file).ino, ino, 'it is not written again');
  assert.ok(statSync(marker).mtimeMs < before, 'the use is noted');
});

test('servers that start at once unpack it together', async (t) => {
  const { unpacked, findElsewhere } = setUp(t);
  const said = await Promise.all(Array.from({ length: 6 }, findElsewhere));
  for (const { stdout, stderr } of said) {
    assert.equal(stdout, `${unpacked} ${Object.keys(FILES).length}\n`, stderr);
  }
  assertWhole(unpacked);
});

test('what is damaged, altered or missing is put right', (t) => {
  const { unpacked, find } = setUp(t);
  find();
  const file = join(unpacked, 'prefork_worker/http/part7.py');
  const marker = join(unpacked, 'unpacked.json');
  const soon = Date.now() / 1000 + 1; // an edit after the marker was written
  const damages: Record<string, () => void> = {
    'a file cut short': () => truncateSync(file, 100),
    'a file of the same size': () => {
      writeFileSync(file, readFileSync(file, 'utf8').replace('7', '8'));
      utimesSync(file, soon, soon);
    },
    'a file that is gone': () => rmSync(file),
    'a folder that is gone': () =>
      rmSync(join(unpacked, 'prefork_worker/http'), { recursive: true }),
    'no marker: it was not finished': () => rmSync(marker),
    'a marker that says nothing': () => writeFileSync(marker, ''),
  };
  for (const [what, damage] of Object.entries(damages)) {
    damage();
    assert.equal(find(), unpacked, what);
    assertWhole(unpacked);
  }
});

test('where the cache cannot be used it is unpacked for the life of the process', async (t) => {
  const { cache, temp, unpacked, findElsewhere } = setUp(t);
  const expectTemporary = async () => {
    const { stdout, stderr } = await findElsewhere();
    const [folder = '', files] = stdout.trim().split(' ');
    assert.ok(folder.startsWith(join(temp, 'prefork-worker-')), stderr);
    assert.equal(files, String(Object.keys(FILES).length));
    assert.deepEqual(readdirSync(temp), [], 'it is gone');
  };
  rmSync(cache, { recursive: true });
  writeFileSync(cache, 'no folder can be made here');
  await expectTemporary();

  rmSync(cache);
  mkdirSync(unpacked, { recursive: true });
  chmodSync(unpacked, 0o777); // anybody may have written there what would be run
  await expectTemporary();
});

test('a version that was not used for a month goes when another is unpacked', (t) => {
  const { cache, find } = setUp(t);
  const folder = join(cache, 'prefork');
  const names = ['worker-00', 'worker-11', 'worker-22', 'preload'];
  for (const name of names) writeFiles(join(folder, name), { 'unpacked.json': '{}', 'a.py': '' });
  rmSync(join(folder, 'worker-11/unpacked.json'));
  const then = Date.now() / 1000 - MONTH;
  for (const path of ['worker-00/unpacked.json', 'worker-11', 'preload/unpacked.json', 'preload']) {
    utimesSync(join(folder, path), then, then);
  }
  find();
  assert.deepEqual(readdirSync(folder).sort(), ['preload', NAME, 'worker-22']);
});
