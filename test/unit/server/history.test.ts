/** The history's file: what comes back, within which bounds, and what is made of a file that is none. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as breath } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { HISTORY_LIMITS, type HistoryLimits } from '../../../server/history/bounds.ts';
import { HEADER } from '../../../server/history/format.ts';
import { type History, openHistory } from '../../../server/history/history.ts';
import { markOf } from '../../../server/registry/process.ts';
import type { NewEvent } from '../../../server/stream/events.ts';
import { createStore, type Store } from '../../../server/stream/store.ts';
import { tempFolder } from '../../support/folders.ts';
import { ended, log, reload, requestId } from '../../support/streamEvents.ts';
import { trace } from '../../support/traceSamples.ts';
import { waitFor } from '../../support/wait.ts';

interface Run {
  store: Store;
  history: History;
  said: string[];
}

const record = (store: Store, event: object): void =>
  store.record({ ...event, time: 1 } as NewEvent);

/** A request with a trace that weighs `bytes`, most of them SQL. */
function answer(store: Store, number: number, bytes = 10): void {
  const kept = trace([
    {
      kind: 'sql',
      parent: null,
      start: 0,
      duration: 1,
      text: 'x'.repeat(bytes),
      site: null,
      attributes: {},
    },
  ]);
  const event = { time: 1, started: 1, ...ended(number) } as NewEvent;
  store.record(event, { bytes, open: () => kept, sealed: 'sealed secrets' });
}

async function open(
  file: string,
  limits: Partial<HistoryLimits> = {},
): Promise<Run & { missing: boolean }> {
  const store = createStore();
  const said: string[] = [];
  const history = await openHistory({
    file,
    store,
    log: (_, message) => said.push(message),
    limits: { ...HISTORY_LIMITS, ...limits },
  });
  return { store, said, history: history as History, missing: history === null };
}

const ids = (store: Store): string[] => store.ended().map(({ request }) => request);
const textOf = (file: string): string =>
  existsSync(file) ? String(gunzipSync(readFileSync(file))) : '';
const fileIn = (t: TestContext): string => join(tempFolder(t), 'shop', 'history.gz');

test('requests, traces, logs and reloads come back with their numbers', async (t) => {
  const file = fileIn(t);
  const first = await open(file);
  record(first.store, reload(4));
  record(first.store, log('a “line”\n', { request: requestId(1) }));
  answer(first.store, 1, 20);
  const before = first.store.history(0);
  await first.history.close();
  assert.doesNotMatch(textOf(file), /sealed/, 'what a replay would need');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(file, '..')), ['history.gz'], 'no lock, no draft is left');

  const second = await open(file);
  assert.deepEqual(second.store.history(0), before);
  assert.equal(second.history.generation, 4);
  const details = second.store.request(requestId(1));
  assert.equal(details?.trace?.spans[0]?.text, 'x'.repeat(20));
  assert.equal(details?.logs[0]?.body, 'a “line”\n');
  record(second.store, log('later'));
  const { newest } = second.store.bounds();
  assert.ok(newest > before.length + 100_000, 'no number is given twice, had there been a kill');
  await second.history.close();
  assert.deepEqual(second.said, []);
});

test('what is kept is bounded by number and by bytes, the newest first', async (t) => {
  const file = fileIn(t);
  const one = await open(file, { requests: 5 });
  for (let number = 1; number <= 9; number += 1) answer(one.store, number);
  await one.history.close();
  const two = await open(file, { bytes: 30_000 });
  assert.deepEqual(ids(two.store), [5, 6, 7, 8, 9].map(requestId));
  for (let number = 10; number <= 19; number += 1) answer(two.store, number, 10_000);
  await two.history.close();
  assert.ok(textOf(file).length < 31_000);
  const three = await open(file);
  assert.deepEqual(ids(three.store), [18, 19].map(requestId));
  await three.history.close();
});

test('a file to which much was added is written anew', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const file = fileIn(t);
  const { store, history } = await open(file, { bytes: 20_000 });
  for (let number = 1; number <= 12; number += 1) {
    answer(store, number, 6_000);
    t.mock.timers.tick(5_000);
    while (!textOf(file).includes(requestId(number))) await breath();
    assert.ok(textOf(file).length < 60_000);
  }
  await history.close();
});

test('an end that was cut off costs that end only', async (t) => {
  const file = fileIn(t);
  const one = await open(file);
  for (let number = 1; number <= 50; number += 1) answer(one.store, number);
  await one.history.close();
  const line = JSON.stringify({ ...ended(51), sequence: 51, time: 1, started: 1 });
  const added = gzipSync(`${line}\n`.repeat(50));
  appendFileSync(file, added);
  truncateSync(file, statSync(file).size - added.length + 20);
  const two = await open(file);
  assert.deepEqual(
    ids(two.store).slice(0, 50),
    Array.from({ length: 50 }, (_, at) => requestId(at + 1)),
  );
  assert.deepEqual(two.said, []);
  answer(two.store, 60);
  await two.history.close();
  const three = await open(file);
  assert.equal(ids(three.store).at(-1), requestId(60), 'what follows can be read');
  await three.history.close();
});

const STRANGE: Record<string, Buffer> = {
  'a text': Buffer.from('no history at all'),
  'another gzip file': gzipSync('someone else\n'),
  'a history with a line that is no event': gzipSync(`${HEADER}{"type":"log"}\n`),
  'a history of a format to come': gzipSync(HEADER.replace('1', '2')),
};

for (const [what, content] of Object.entries(STRANGE)) {
  test(`${what} is told of and set aside`, async (t) => {
    const file = join(tempFolder(t), 'history.gz');
    writeFileSync(file, content);
    const { store, said, history } = await open(file);
    assert.match(said.join(), /history\.gz\.damaged now, and a new one is begun/);
    assert.deepEqual(readFileSync(`${file}.damaged`), content);
    answer(store, 1);
    await history.close();
    const again = await open(file);
    assert.deepEqual([ids(again.store), again.said], [[requestId(1)], []]);
    await again.history.close();
  });
}

test('what cannot be read or written is told of, and nothing else happens', async (t) => {
  const folder = tempFolder(t);
  const { missing, said } = await open(folder);
  assert.deepEqual([missing, said.length], [true, 1]);
  assert.match(said.join(), /^No history: EISDIR/);
});

test('clearing empties the file at once', async (t) => {
  const file = fileIn(t);
  const { store, history } = await open(file);
  answer(store, 1);
  await history.close();
  const again = await open(file);
  again.store.clear();
  await waitFor('the file to be empty', () => textOf(file) === HEADER);
  await again.history.close();
  const third = await open(file);
  assert.deepEqual(ids(third.store), []);
  await third.history.close();
});

test('the second server of a file goes without; one that was killed holds it no longer', async (t) => {
  const file = fileIn(t);
  const [one, two] = [await open(file), await open(file)];
  assert.ok(two.missing);
  assert.match(two.said.join(), new RegExp(`another server \\(pid ${process.pid}\\)`));
  await one.history.close();
  const gone = spawn('true');
  await once(gone, 'exit');
  for (const stale of [markOf(gone.pid ?? 0), { pid: process.pid, start: '1' }, 'cut o']) {
    writeFileSync(`${file}.lock`, JSON.stringify(stale).slice(0, 40));
    const three = await open(file);
    assert.deepEqual([three.missing, three.said], [false, []]);
    await three.history.close();
    assert.ok(!existsSync(`${file}.lock`));
  }
});
