/** When a worker is forked ahead of the next generation, and what becomes of it. */

import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createStandby, STANDBY_SLOT, type Standby } from '../../../server/arbiter/standby.ts';
import { Worker } from '../../../server/arbiter/worker.ts';
import { tempFolder } from '../../support/folders.ts';
import { waitFor } from '../../support/wait.ts';

const NEXT = 7;

interface Stage {
  standby: Standby;
  /** What each was to expect, one array a fork. */
  forks: string[][];
  retired: Worker[];
  /** What the last one was to import after the app. */
  late: string[];
  /** How often it has looked whether all is calm. */
  looks: number;
}

function stage(): Stage {
  const forks: string[][] = [];
  const retired: Worker[] = [];
  const all: Stage = {
    forks,
    retired,
    looks: 0,
    late: [],
    standby: createStandby({
      calm: () => {
        all.looks += 1;
        return true;
      },
      fork: ({ expected, late }) => {
        forks.push(expected);
        all.late = late;
        return NEXT;
      },
      retire: (worker) => retired.push(worker),
    }),
  };
  return all;
}

/** A worker and what it was told. */
function makeWorker(): { worker: Worker; told: unknown[] } {
  const told: unknown[] = [];
  const worker = new Worker(STANDBY_SLOT, NEXT, 41, true, () => {});
  worker.connect({ send: (command) => told.push(command), backlog: 0, close: () => {} });
  return { worker, told };
}

const forked = (all: Stage, count = 1) =>
  waitFor('a fork', async () => all.forks.length >= count || undefined);

/** Two files, the second one with the newer date. */
function twoFiles(t: TestContext): [string, string] {
  const folder = tempFolder(t);
  const files: [string, string] = [join(folder, 'settings.py'), join(folder, 'views.py')];
  for (const [index, file] of files.entries()) {
    writeFileSync(file, '');
    utimesSync(file, 1_700_000_000 + index, 1_700_000_000 + index);
  }
  return files;
}

test('at first it expects the newest file, later what changed last', async (t) => {
  const all = stage();
  const [settings, views] = twoFiles(t);
  all.standby.imported([settings, views]);
  all.standby.prepare();
  await forked(all);
  const { worker } = makeWorker();
  all.standby.found(worker);
  all.standby.begin([settings]);
  all.standby.prepare();
  await forked(all, 2);
  assert.deepEqual(all.forks, [[views], [settings]]);
});

test('a change of known files has it begin, also when it is forked a little later', async (t) => {
  const [settings, views] = twoFiles(t);
  for (const early of [false, true]) {
    const all = stage();
    all.standby.imported([settings, views]);
    all.standby.prepare();
    await forked(all);
    const { worker, told } = makeWorker();
    if (!early) all.standby.found(worker);
    all.standby.begin([views]);
    if (early) all.standby.found(worker);
    assert.deepEqual(told, [{ type: 'begin', files: [views] }]);
    assert.equal(worker.ahead, false);
  }
});

test('a new module, and a reload without a file, have it retired', async (t) => {
  const [settings, views] = twoFiles(t);
  for (const files of [[join(settings, '../new.py')], []]) {
    const all = stage();
    all.standby.imported([settings, views]);
    all.standby.prepare();
    await forked(all);
    const { worker } = makeWorker();
    all.standby.found(worker);
    all.standby.begin(files);
    assert.deepEqual(all.retired, [worker]);
  }
});

test('a template that requests read has it begin', async (t) => {
  const all = stage();
  all.standby.imported(twoFiles(t));
  all.standby.prepare();
  await forked(all);
  const { worker, told } = makeWorker();
  all.standby.found(worker);
  all.standby.begin(['/app/templates/index.html']);
  assert.equal(told.length, 1);
});

test('one that ended by itself is not forked again before the next generation', async (t) => {
  const all = stage();
  const [settings] = twoFiles(t);
  all.standby.imported([settings]);
  all.standby.prepare();
  await forked(all);
  const { worker } = makeWorker();
  all.standby.found(worker);
  all.standby.ended(worker);
  all.standby.prepare();
  await waitFor('a second look', async () => all.looks === 2 || undefined);
  assert.equal(all.forks.length, 1);
  all.standby.begin([settings]);
  all.standby.prepare();
  await forked(all, 2);
});

test('what requests import is imported ahead, too, but for what cannot be', async (t) => {
  const all = stage();
  all.standby.imported(twoFiles(t));
  all.standby.prepare();
  await forked(all);
  const { worker } = makeWorker();
  all.standby.found(worker);
  all.standby.late(['urls', 'views']);
  assert.deepEqual(all.retired, [worker], 'it has not imported these');
  await forked(all, 2);
  assert.deepEqual(all.late, ['urls', 'views']);
  all.standby.found(makeWorker().worker);
  all.standby.giveUp('views');
  await forked(all, 3);
  assert.deepEqual(all.late, ['urls']);
});
