/** A conf file, read by a real Python. What it can say is tested with `conf_file.py` itself. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { locateConfFile, readConfFile } from '../../../server/settings/confFile.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { venvPython } from '../../support/paths.ts';

test('a conf file is a path, file:path or python:module', (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'conf.py');
  writeFiles(folder, { 'conf.py': '' });
  assert.equal(locateConfFile(path), path);
  assert.equal(locateConfFile(`file:${path}`), path);
  assert.equal(locateConfFile('python:project.conf'), 'python:project.conf');
  assert.equal(locateConfFile(null), null);
  assert.throws(() => locateConfFile('/no/conf.py'), {
    message: "conf file '/no/conf.py' doesn't exist",
    exitCode: 1,
  });
});

test('its values come with their lines', async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'conf.py');
  writeFiles(folder, { 'conf.py': 'print("reading")\nworkers = 3\nunknown = object()\n' });
  assert.deepEqual(await readConfFile(venvPython, path), {
    file: path,
    values: { workers: 3 },
    lines: { workers: 2 },
    environ: {},
  });
});

test('an exception in it is one line, with the place', async (t) => {
  const folder = tempFolder(t);
  const cases: Record<string, string> = {
    'import os\nworkers = missing\n': ":2: NameError: name 'missing' is not defined",
    '\nworkers = = 1\n': ':2: SyntaxError: invalid syntax',
    'raise SystemExit("set SECRET first")': ':1: SystemExit: set SECRET first',
    'import nothing_like_it': ":1: ModuleNotFoundError: No module named 'nothing_like_it'",
    'raise ValueError("two\\nlines")': ':1: ValueError: two lines',
  };
  for (const [text, message] of Object.entries(cases)) {
    writeFiles(folder, { 'conf.py': text });
    const path = join(folder, 'conf.py');
    await assert.rejects(readConfFile(venvPython, path), { message: path + message, exitCode: 1 });
  }
});

test('a conf file that ends the process is named', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'conf.py': 'import os\nos._exit(7)' });
  const path = join(folder, 'conf.py');
  await assert.rejects(readConfFile(venvPython, path), {
    message: `${path}: ended its process (exit code 7) while being read`,
  });
});
