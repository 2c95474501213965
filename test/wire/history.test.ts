/** What was asked before a restart can be opened after it, and is what the next runs are compared with. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { constants, gunzipSync } from 'node:zlib';
import { HEADER } from '../../server/history/format.ts';
import type { ReloadEvent, RequestEnded } from '../../server/stream/protocol.ts';
import { APPS, type FixtureApp } from '../support/apps.ts';
import { tempFolder } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { assertNothingLeft, type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const fileIn = (t: TestContext): string => join(tempFolder(t), 'shop/history.gz');

const serve = (t: TestContext, app: FixtureApp, file: string): Promise<RunningServer> =>
  startServer(t, { ...app, args: ['--workers', '2', '--history', file] });

/** What is in the file, which may be in the middle of being written. */
const textOf = (file: string): string =>
  existsSync(file)
    ? String(gunzipSync(readFileSync(file), { finishFlush: constants.Z_SYNC_FLUSH }))
    : '';

const written = (file: string, text: string): Promise<unknown> =>
  waitFor(`${text} in the history`, () => textOf(file).includes(text), { seconds: 30 });

async function ask(server: RunningServer, path: string): Promise<RequestEnded> {
  const query = `asked=${Math.random()}`;
  await send(`${server.url}${path}?${query}`);
  const stream = await server.stream();
  return stream.event('request.ended', (event) => event['url.query'] === query, 30);
}

const details = async (server: RunningServer, request: string) =>
  (await server.stream()).command('request', { request });

for (const framework of ['flask', 'django', 'bottle'] as const) {
  test(`${framework}: requests outlast a restart and a kill, and "the code before", too`, async (t) => {
    const app = await APPS[framework](t);
    const file = fileIn(t);
    const first = await serve(t, app, file);
    const spoken = await ask(first, '/chatter');
    const failed = await ask(first, '/error');
    writeFileSync(join(app.cwd, 'message.py'), 'TEXT = "version 2"\n');
    const isSave = ({ reason, phase }: ReloadEvent) => reason === 'code' && phase === 'ready';
    await (await first.stream()).event('reload', isSave, 30);
    const edited = await ask(first, '/');
    const before = await details(first, spoken.request);
    await first.stop();

    const second = await serve(t, app, file);
    const stream = await second.stream();
    assert.deepEqual(await details(second, spoken.request), before);
    assert.equal((await details(second, failed.request)).exceptions.length, failed.exceptions);
    const run = await stream.event(
      'reload',
      ({ reason, phase, generation }) => reason === 'start' && phase === 'ready' && generation > 1,
    );
    assert.equal(run.generation, edited.generation + 1, 'generations go on');
    const now = await ask(second, '/');
    assert.ok(now.sequence > run.sequence && run.sequence > edited.sequence);
    assert.equal(
      now.before?.generation,
      edited.generation,
      'the last run is one of the code before',
    );
    await written(file, now.request);
    process.kill(second.pid, 'SIGKILL');
    await second.exited;

    const third = await serve(t, app, file);
    for (const { request } of [edited, now]) assert.ok((await details(third, request)).trace);
    const [said] = third.stderr.match(/.*history.*/i) ?? [];
    assert.equal(said, undefined, 'the lock of the killed one holds nobody up');
  });
}

test('of two servers with one file, the second says so and goes without', async (t) => {
  const app = await APPS.bare(t);
  const file = fileIn(t);
  const first = await serve(t, app, file);
  const second = await serve(t, app, file);
  assert.match(second.stderr, new RegExp(`\\[WARNING\\] No history: .*\\(pid ${first.pid}\\)`));
  const { request } = await ask(second, '/');
  await second.stop();
  assert.ok(!textOf(file).includes(request));
  await first.stop();
});

test('clear empties it', async (t) => {
  const file = fileIn(t);
  const server = await serve(t, await APPS.bare(t), file);
  await written(file, (await ask(server, '/')).request);
  await (await server.stream()).command('clear', {});
  await waitFor('the file to be empty', () => textOf(file) === HEADER);
  await server.stop();
  await assertNothingLeft(server);
  assert.ok(!existsSync(`${file}.lock`));
});
