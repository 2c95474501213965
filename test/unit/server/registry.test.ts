/** The registry of running servers: whose folder it trusts, and what it makes of leftovers. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { markOf } from '../../../server/registry/process.ts';
import { register, registeredServers } from '../../../server/registry/registry.ts';
import { tempFolder } from '../../support/folders.ts';

const describe = (pid: number) => ({
  pid,
  version: '1',
  python: '/usr/bin/python3',
  app: 'wsgi:application',
  addresses: ['http://127.0.0.1:8000'],
  panel: null,
  stream: 'ws://127.0.0.1:1/stream?token=t',
  root: '/srv',
});

/** A user's environment of its own, and the folder that servers register in there. */
function environ(t: TestContext) {
  const runtime = tempFolder(t);
  return { variables: { XDG_RUNTIME_DIR: runtime }, folder: join(runtime, 'prefork') };
}

const pids = (variables: Record<string, string>, folder: string): number[] =>
  registeredServers(variables)
    .filter(({ pid }) => existsSync(join(folder, `${pid}.json`)))
    .map(({ pid }) => pid);

test('a server is found while it is registered', (t) => {
  const { variables, folder } = environ(t);
  const registration = register(describe(process.pid), variables);
  const [found] = registeredServers(variables).filter(({ root }) => root === '/srv');
  assert.deepEqual(found, { ...describe(process.pid), ...markOf(process.pid) });
  registration.remove();
  assert.ok(!existsSync(folder), 'the empty folder goes, too');
});

test('what killed servers left is swept, be their ids in use again or not', async (t) => {
  const { variables, folder } = environ(t);
  const gone = spawn('true');
  await once(gone, 'exit');
  const registration = register(describe(process.pid), variables);
  for (const mark of [markOf(gone.pid ?? 0), { pid: process.ppid, start: '1' }]) {
    const file = join(folder, `${mark.pid}.json`);
    writeFileSync(file, JSON.stringify({ ...describe(mark.pid), ...mark }));
  }
  writeFileSync(join(folder, '1.json'), 'no JSON');
  assert.deepEqual(pids(variables, folder), [process.pid]);
  assert.ok(!existsSync(join(folder, `${gone.pid}.json`)));
  assert.ok(existsSync(join(folder, '1.json')), 'what is no description is left alone');
  registration.remove();
});

test('a folder that others can open, or a link, is refused', (t) => {
  for (const spoil of [
    (folder: string) => mkdirSync(folder, { mode: 0o755 }),
    (folder: string) => symlinkSync(tempFolder(t), folder),
  ]) {
    const { variables, folder } = environ(t);
    spoil(folder);
    assert.throws(() => register(describe(process.pid), variables), /yours alone/);
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(describe(process.pid)));
    assert.deepEqual(pids(variables, folder), []);
    chmodSync(folder, 0o700);
  }
});
