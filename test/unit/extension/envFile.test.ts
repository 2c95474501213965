// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of files and settings
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEnvFile, variablesIn } from '../../../extension/envFile.ts';
import { substitute } from '../../../extension/variables.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';

test('names, quotes, comments, export, and values over several lines', () => {
  const text = [
    '# settings',
    'export DEBUG=1',
    'SECRET="a # b\\nc"  # quoted',
    "PLAIN='as $it is'",
    'EMPTY=',
    'KEY="one',
    'two"',
    'no variable',
  ].join('\n');
  assert.deepEqual(
    { ...variablesIn(text, {}) },
    { DEBUG: '1', SECRET: 'a # b\nc', PLAIN: 'as $it is', EMPTY: '', KEY: 'one\ntwo' },
  );
});

test('a variable stands for an earlier one, or one of the environ', () => {
  const text = 'HOST=db\nURL=postgres://${HOST}/${USER}\nNONE=${NOBODY}.\nPRICE=\\${HOST}';
  assert.deepEqual(
    { ...variablesIn(text, { USER: 'me' }) },
    { HOST: 'db', URL: 'postgres://db/me', NONE: '.', PRICE: '${HOST}' },
  );
});

test('search paths are added to those that there are', () => {
  const environ = { PYTHONPATH: '/lib', PATH: '/bin' };
  assert.deepEqual({ ...variablesIn('PYTHONPATH=src', environ) }, { PYTHONPATH: 'src:/lib' });
  assert.deepEqual({ ...variablesIn('PYTHONPATH=src', {}) }, { PYTHONPATH: 'src' });
});

test('a file that is not there has no variables', async (t) => {
  const folder = tempFolder(t);
  assert.equal(await readEnvFile(join(folder, '.env'), {}), undefined);
  writeFiles(folder, { '.env': 'A=1\r\nB=2\r\n' });
  assert.deepEqual({ ...(await readEnvFile(join(folder, '.env'), {})) }, { A: '1', B: '2' });
});

test("a setting's variables", () => {
  assert.equal(substitute('${workspaceFolder}/.env', '/work'), '/work/.env');
  assert.equal(substitute('${env:VENV}/bin/python', '/work', { VENV: '/v' }), '/v/bin/python');
  assert.equal(substitute('~/envs/a', '/work'), `${homedir()}/envs/a`);
  assert.equal(substitute('${unknown}/.env', '/work'), '${unknown}/.env');
});
