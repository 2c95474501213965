/** Slow and idle clients cost no worker: one worker with one thread goes on answering honest ones. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ATTACKS, attack } from '../support/attackers.ts';
import { cleanUp } from '../support/cleanup.ts';
import { send } from '../support/http.ts';
import { holdIdle } from '../support/idle.ts';
import { latencies, percentile } from '../support/latency.ts';
import { pss } from '../support/memory.ts';
import { root } from '../support/paths.ts';
import { type RunningServer, startServer, workersOf } from '../support/server.ts';

const cwd = join(root, 'test/bench/apps/bare');

/** Generous: the machine may be busy, and what is looked for is a worker that is held for seconds. */
const PATIENCE = 500; // ms

function start(test: TestContext, ...args: string[]): Promise<RunningServer> {
  return startServer(test, { app: 'wsgi:application', cwd, dev: false, args });
}

for (const kind of ATTACKS) {
  test(`${kind}: 50 connections, and honest requests are answered`, async (t) => {
    const { url } = await start(t);
    const attackers = await attack(Number(new URL(url).port), kind, 50);
    cleanUp(t, () => attackers.close());
    const times = await latencies(url, { clients: 2, seconds: 1.5, pause: 5 });
    assert.equal(attackers.held, 50, 'the attack ended by itself');
    assert.ok(times.length > 20);
    assert.ok(percentile(times, 0.99) < PATIENCE, `99 % within ${percentile(times, 0.99)} ms`);
  });
}

test('500 idle keep-alive connections: requests are answered, and each costs little', async (t) => {
  const server = await start(t, '--keep-alive', '60');
  await send(server.url);
  const [worker = 0] = workersOf(server);
  const before = pss(worker);
  const idle = await holdIdle(Number(new URL(server.url).port), 500);
  cleanUp(t, () => idle.close());
  const times = await latencies(server.url, { clients: 2, seconds: 1, pause: 5 });
  assert.ok(percentile(times, 0.99) < PATIENCE, `99 % within ${percentile(times, 0.99)} ms`);
  assert.equal(idle.held, 500, 'idle connections were dropped');
  const each = (pss(worker) - before) / 500;
  assert.ok(each < 4096, `${Math.round(each)} bytes for each connection`);
});
