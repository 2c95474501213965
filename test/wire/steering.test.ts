/** Steering: new requests go to the debugged worker alone, while it can take them. */

import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { attachDebugger } from '../support/debugAdapter.ts';
import { type Debugged, startDebugged, stopHere } from '../support/debugging.ts';
import { waitFor, within } from '../support/wait.ts';

type Headers = Record<string, string>;

/** The pid of the worker that answers; on the agent's connection, if there is one. */
function askWorker(url: string, headers: Headers = {}, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${url}/quick`, { headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(Number(response.headers['x-worker'])));
    }).on('error', reject);
  });
}

async function pidOf({ worker }: Debugged, slot: number, generation = 1): Promise<number> {
  const ready = await worker(
    (event) => event.worker === slot && event.generation === generation && event.state === 'ready',
  );
  return ready['process.pid'];
}

/** Steers to a worker; resolves when it does. */
async function steer(debugged: Debugged, slot: number): Promise<number> {
  const pid = await pidOf(debugged, slot);
  await debugged.stream.command('steer', { worker: slot });
  await debugged.worker((event) => event['process.pid'] === pid && event.steered === true);
  await waitFor('the board to say so', async () => (await askWorker(debugged.server.url)) === pid);
  return pid;
}

/** Who answers `count` requests, on connections of their own or on the agent's. */
async function answerers(url: string, count: number, headers?: Headers, agent?: Agent) {
  const pids = new Set<number>();
  for (let asked = 0; asked < count; asked += 1) pids.add(await askWorker(url, headers, agent));
  return [...pids];
}

/** No longer steered: of slow requests that come at once, fewer than a worker has threads, several take one. */
async function becomesShared(url: string): Promise<void> {
  const areShared = async () => {
    const answers = [1, 2, 3].map(async () => {
      const response = await fetch(`${url}/long`, { headers: { connection: 'close' } });
      return response.headers.get('x-worker');
    });
    return new Set(await Promise.all(answers)).size > 1;
  };
  await waitFor('the requests to be shared', areShared, { seconds: 20 });
}

test('all requests go to the steered worker, also those of connections that others hold', async (t) => {
  const debugged = await startDebugged(t, { args: ['--workers=3'] });
  const { url } = debugged.server;
  const agents = Array.from({ length: 6 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  for (const agent of agents) await askWorker(url, {}, agent);
  const pid = await steer(debugged, 2);
  for (const agent of agents) assert.deepEqual(await answerers(url, 4, {}, agent), [pid]);
  assert.deepEqual(await answerers(url, 20), [pid]);

  await debugged.stream.command('steer', { worker: null });
  await becomesShared(url);
  for (const agent of agents) agent.destroy();
});

test('event streams and polls are not steered', async (t) => {
  const debugged = await startDebugged(t);
  const { url } = debugged.server;
  const other = await pidOf(debugged, 1);
  const pid = await steer(debugged, 2);
  assert.deepEqual(await answerers(url, 5, { Accept: 'text/event-stream' }), [other]);
  const byScript = { 'Sec-Fetch-Dest': 'empty' };
  assert.deepEqual(await answerers(url, 10, byScript), [pid], 'a script that asks often');
  const isTaken = async () => {
    await delay(300); // the clock of the poll
    return (await askWorker(url, byScript)) === other;
  };
  await waitFor('the poll to be seen', isTaken, { seconds: 20 });
});

test('while the steered worker is paused the others answer, and then it does again', async (t) => {
  const debugged = await startDebugged(t);
  const { url } = debugged.server;
  const other = await pidOf(debugged, 1);
  const pid = await steer(debugged, 2);
  const agent = new Agent({ keepAlive: true });
  const client = await debugged.attach(2);
  const answer = fetch(url).then((response) => response.text());
  const { threadId } = await client.event('stopped');
  await debugged.worker((event) => event.state === 'paused');
  assert.deepEqual(await answerers(url, 10), [other]);
  assert.deepEqual(await answerers(url, 10, {}, agent), [other]);
  await client.request('continue', { threadId });
  await within(10, 'the answer', answer);
  await waitFor('it to take requests', async () => (await askWorker(url)) === pid);
  agent.destroy();

  await client.detach();
  await debugged.worker(
    (event) => event['process.pid'] === pid && !event.attached && !event.steered,
  );
  await becomesShared(url);
});

test('the successor of a steered worker is steered to', async (t) => {
  const debugged = await startDebugged(t);
  const { url } = debugged.server;
  await steer(debugged, 2);
  const client = await debugged.attach(2);
  await debugged.save(2);
  const { debugger: adapter } = await debugged.worker(
    (event) => event.worker === 2 && event.generation === 2 && event.debugger !== undefined,
  );
  const again = await attachDebugger(adapter ?? assert.fail(), stopHere(debugged.cwd));
  const pid = await pidOf(debugged, 2, 2);
  await debugged.worker((event) => event['process.pid'] === pid && event.steered === true);
  await waitFor('it to take requests', async () => (await askWorker(url)) === pid);
  assert.deepEqual(await answerers(url, 10), [pid]);
  await again.detach();
  client.vanish();
});

test('a steered worker whose threads are all in the app leaves requests to the others', async (t) => {
  const debugged = await startDebugged(t, { args: ['--threads=1'] });
  const { url } = debugged.server;
  const other = await pidOf(debugged, 1);
  await steer(debugged, 2);
  const long = fetch(`${url}/long`);
  await waitFor('the others to answer', async () => (await askWorker(url)) === other);
  await within(10, 'the long answer', long);
});

test('a steered worker that is killed leaves requests to the others, and its successor takes them', async (t) => {
  const debugged = await startDebugged(t);
  const { url } = debugged.server;
  const pid = await steer(debugged, 2);
  process.kill(pid, 'SIGKILL');
  const successor = await debugged.worker(
    (event) => event.worker === 2 && event['process.pid'] !== pid && event.steered === true,
  );
  await waitFor('it to answer', async () => (await askWorker(url)) === successor['process.pid']);
});
