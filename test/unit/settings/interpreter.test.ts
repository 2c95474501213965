/** Which Python is found where; the ones that answer are stand-ins only where none that old exists. */

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findInterpreter } from '../../../server/settings/interpreter.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { venv, venvPython } from '../../support/paths.ts';

/** A folder whose `name/bin/python` is the real Python of the tests. */
function withEnvironment(test: TestContext, name: string): string {
  const folder = tempFolder(test);
  mkdirSync(join(folder, name, 'bin'), { recursive: true });
  writeFiles(join(folder, name), { 'bin/python': `#!/bin/sh\nexec ${venvPython} "$@"\n` });
  chmodSync(join(folder, name, 'bin/python'), 0o755);
  return folder;
}

/** A command that prints what a Python of that version would. */
function pretend(test: TestContext, version: string, name = 'python3'): string {
  const folder = tempFolder(test);
  writeFiles(folder, { [name]: `#!/bin/sh\nprintf '\\n%s\\n/usr\\n${version}' "$0"\n` });
  chmodSync(join(folder, name), 0o755);
  return folder;
}

const python = null;

test('--python may be a file, an environment’s folder or a command', async () => {
  const environ = { PATH: join(venv, 'bin') };
  for (const asked of [venvPython, venv, 'python3']) {
    const found = await findInterpreter({ python: asked, folders: [], environ });
    assert.equal(found.prefix, venv, asked);
    assert.match(found.version, /^3\.\d+\.\d+$/);
  }
});

test('the active environment comes before the project’s, and that before the PATH', async (t) => {
  const folder = withEnvironment(t, '.venv');
  const other = pretend(t, '3.10.1');
  const environ = { PATH: `${other}:/usr/bin:/bin` };
  const inProject = await findInterpreter({ python, folders: [folder], environ });
  assert.equal(inProject.prefix, venv);
  const active = { ...environ, VIRTUAL_ENV: venv };
  assert.equal((await findInterpreter({ python, folders: [], environ: active })).prefix, venv);
  assert.equal((await findInterpreter({ python, folders: [], environ })).version, '3.10.1');
});

test('an environment may also be called venv', async (t) => {
  const folder = withEnvironment(t, 'venv');
  const found = await findInterpreter({ python, folders: [folder], environ: { PATH: '/bin' } });
  assert.equal(found.prefix, venv);
});

test('what Python prints when it starts does not confuse the probe', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'sitecustomize.py': 'print("hello\\n", end="")' });
  const environ = { PYTHONPATH: folder };
  const found = await findInterpreter({ python: venvPython, folders: [], environ });
  assert.equal(found.prefix, venv);
});

test('no Python at all', async (t) => {
  const empty = tempFolder(t);
  await assert.rejects(findInterpreter({ python, folders: [empty], environ: { PATH: empty } }), {
    message:
      `No Python found: no .venv or venv in ${empty}, no python3 or python on the PATH; ` +
      'install Python 3.9 or newer, or name one with --python',
    exitCode: 1,
  });
});

test('a Python that is too old, Python 2 among them', async (t) => {
  for (const version of ['3.8.10', '2.7.18']) {
    const folder = pretend(t, version);
    await assert.rejects(findInterpreter({ python, folders: [], environ: { PATH: folder } }), {
      message:
        `Python ${version} at ${folder}/python3 is too old: ` +
        'Prefork needs 3.9 or newer; name another with --python',
    });
  }
});

test('--python that is not there', async () => {
  const environ = { PATH: '/bin' };
  await assert.rejects(findInterpreter({ python: '/no/python', folders: [], environ }), {
    message: '--python /no/python: no such file',
  });
  await assert.rejects(findInterpreter({ python: 'python9', folders: [], environ }), {
    message: '--python python9: no such file, and no such command on the PATH',
  });
});

test('an environment whose Python is gone is named, not passed over', async (t) => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, '.venv/bin'), { recursive: true });
  symlinkSync('/no/such/python3.8', join(folder, '.venv/bin/python'));
  await assert.rejects(
    findInterpreter({ python, folders: [folder], environ: { PATH: '/usr/bin:/bin' } }),
    { message: /\.venv\/bin\/python cannot be run: no such file; make its environment anew$/ },
  );
});

test('a program that is no Python', async () => {
  const environ = { PATH: '/usr/bin:/bin' };
  await assert.rejects(findInterpreter({ python: '/bin/echo', folders: [], environ }), {
    message: 'Python at /bin/echo cannot be run: it is not a Python',
  });
  await assert.rejects(findInterpreter({ python: '/bin/false', folders: [], environ }), {
    message: /^Python at \/bin\/false cannot be run: Command failed/,
  });
});
