import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  configured,
  environSources,
  findInterpreter,
  folderSources,
} from '../../../extension/interpreter.ts';

async function folderWith(t: TestContext, ...pythons: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prefork-python-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const python of pythons) {
    await mkdir(dirname(join(folder, python)), { recursive: true });
    await writeFile(join(folder, python), '#!/bin/sh\n');
    await chmod(join(folder, python), 0o755);
  }
  return folder;
}

test('the first source that knows one wins, and is named', async (t) => {
  const folder = await folderWith(t, '.venv/bin/python', 'venv/bin/python', 'bin/python3');
  const environ = { PATH: join(folder, 'bin') };
  assert.deepEqual(
    await findInterpreter([...folderSources([folder]), ...environSources(environ)]),
    {
      path: join(folder, '.venv/bin/python'),
      source: '.venv',
    },
  );
  assert.deepEqual(await findInterpreter(environSources(environ)), {
    path: join(folder, 'bin/python3'),
    source: 'python3 on PATH',
  });
});

test('$VIRTUAL_ENV comes before PATH', async (t) => {
  const folder = await folderWith(t, 'env/bin/python', 'bin/python3');
  const environ = { PATH: join(folder, 'bin'), VIRTUAL_ENV: join(folder, 'env') };
  assert.equal((await findInterpreter(environSources(environ))).source, '$VIRTUAL_ENV');
});

test('a virtualenv whose Python was removed is passed over', async (t) => {
  const folder = await folderWith(t, 'venv/bin/python');
  await mkdir(join(folder, '.venv/bin'), { recursive: true });
  await symlink('/nowhere/python3', join(folder, '.venv/bin/python'));
  assert.equal((await findInterpreter(folderSources([folder]))).source, 'venv');
});

test('a configured path may be relative; one that is not there is an error', async (t) => {
  const folder = await folderWith(t, 'env/bin/python', 'venv/bin/python');
  const relative = configured('setting "prefork.pythonPath"', 'env/bin/python', folder);
  assert.equal((await findInterpreter([relative])).path, join(folder, 'env/bin/python'));
  const missing = configured('setting "prefork.pythonPath"', '/nowhere/python', folder);
  await assert.rejects(
    findInterpreter([missing, ...folderSources([folder])]),
    /setting "prefork.pythonPath": \/nowhere\/python is not an executable file/,
  );
});

test('no Python at all says what to do', async () => {
  await assert.rejects(
    findInterpreter(environSources({ PATH: '/nowhere' })),
    /Install Python 3\.9/,
  );
});
