/** The Python that is started before it is known for what. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { createEarlyPython } from '../../../server/arbiter/earlyPython.ts';
import { appEnvironment } from '../../../server/arbiter/environment.ts';
import { workerFolder } from '../../../server/workerFolder.ts';
import { venvPython } from '../../support/paths.ts';
import { isAlive, MARK, markedProcesses } from '../../support/processes.ts';
import { waitFor, within } from '../../support/wait.ts';

const environment = () => appEnvironment(process.env);

test('it is given away once, and ends with its channel', async () => {
  const early = createEarlyPython(workerFolder);
  early.start(venvPython);
  early.start('/usr/bin/python3'); // one is enough
  const child = early.take(venvPython, environment());
  assert.ok(child);
  assert.equal(early.take(venvPython, environment()), undefined);
  early.drop();
  assert.ok(isAlive(child.pid ?? 0), 'it was taken');
  child.stdio[3]?.destroy();
  assert.deepEqual(await within(10, 'its end', once(child, 'exit')), [0, null]);
});

test('one that is of no use is dropped', async (t) => {
  const mark = randomUUID();
  process.env[MARK] = mark;
  t.after(() => delete process.env[MARK]);
  for (const [executable, added] of [
    ['/another/python', {}],
    [venvPython, { DEBUG: '1' }],
  ] as const) {
    const early = createEarlyPython(workerFolder);
    early.start(venvPython);
    assert.equal(early.take(executable, { ...environment(), ...added }), undefined);
  }
  await waitFor('the end of both', () => markedProcesses(mark).length === 0);
});

test('what is no Python by its name is not run', () => {
  const early = createEarlyPython(workerFolder);
  early.start('/bin/echo');
  assert.equal(early.take('/bin/echo', environment()), undefined);
});
