/** One worker is paused for a minute, longer than any timeout of the server's; the other serves. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencies, percentile } from '../support/latency.ts';
import { within } from '../support/wait.ts';
import { debugWorker2, seesWorker, stopped } from './debugging.ts';
import { assertNothingLeft, get, serverProcesses } from './serving.ts';

const PAUSED = /^Worker 2, paused, paused at wsgi\.py:\d+/;

test('a worker paused for 60 s: the other answers, and then it does too', async (t) => {
  const { editor, url } = await debugWorker2(t);
  await seesWorker(editor, /^Worker 2, ready, takes all requests/);
  const answer = get(url);
  await stopped(editor).waitFor();
  await seesWorker(editor, PAUSED);
  const before = serverProcesses(editor.codeServer).map(({ pid }) => pid);

  await editor.step('at least 500 requests to the other, over a minute', async () => {
    const times = await latencies(url, { clients: 4, seconds: 60, pause: 300 });
    assert.ok(times.length >= 500, `${times.length} requests`);
    const [median, p99] = [0.5, 0.99].map((part) => percentile(times, part).toFixed(1));
    t.diagnostic(`${times.length} requests: median ${median} ms, p99 ${p99} ms`);
  });

  await editor.step('it is paused still, in the same process', async () => {
    await seesWorker(editor, PAUSED);
    assert.equal(await stopped(editor).isVisible(), true);
    assert.deepEqual(
      serverProcesses(editor.codeServer).map(({ pid }) => pid),
      before,
    );
    await editor.screenshot('editor paused for a minute');
  });

  await editor.step('it goes on, and answers the request that it held', async () => {
    await editor.run('Debug: Continue');
    const pid = Number(/^version 1 from (\d+)$/.exec(await within(10, 'its answer', answer))?.[1]);
    assert.ok(before.includes(pid));
    await seesWorker(editor, /^Worker 2, ready, takes all requests/);
  });

  await editor.step('Stop Server leaves nothing', async () => {
    await editor.run('Prefork: Stop Server');
    await editor.statusBar.waitFor({ state: 'detached' });
    await assertNothingLeft(editor.codeServer);
    await assert.rejects(get(url));
  });
});
