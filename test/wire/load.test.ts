/** Capture under load: the app is not held up, memory is bounded, and what is left out is told. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { MetricsEvent, StreamEvent } from '../../server/stream/protocol.ts';
import { copyOfApp } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { type RunningServer, startServer, workersOf } from '../support/server.ts';
import { usageOf } from '../support/usage.ts';
import { waitFor } from '../support/wait.ts';

const MB = 1024 * 1024;

const startHeavy = (t: TestContext, args: string[] = []): Promise<RunningServer> =>
  startServer(t, { cwd: copyOfApp(t, 'heavy'), app: 'wsgi:application', args });

const memoryOf = (server: RunningServer): number =>
  workersOf(server).reduce((sum, pid) => sum + usageOf(pid).memory, 0);

const metricsOf = (events: readonly StreamEvent[]): MetricsEvent[] =>
  events.flatMap((event) => (event.type === 'metrics' ? [event] : []));

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

test('while the arbiter is stopped, the app answers, memory is bounded, and the loss is told', async (t) => {
  const server = await startHeavy(t);
  const stream = await server.stream();
  const load = startLoad(`${server.url}/logs?count=150`);
  t.after(() => load.stop());
  await waitFor('the load', () => load.answers > 20);
  const before = { answers: load.answers, memory: memoryOf(server) };

  process.kill(server.pid, 'SIGSTOP');
  try {
    // 300,000 lines: more than may wait.
    await waitFor('answers', () => load.answers > before.answers + 2_000, { seconds: 60 });
    const grown = memoryOf(server) - before.memory;
    assert.ok(grown < 200 * MB, `the workers have grown by ${grown / MB} MB`);
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await load.stop();
  assert.deepEqual(load.failures, []);
  const loss = await stream.event('dropped', ({ logs }) => logs > 0, 30);
  assert.ok(loss.worker && loss['process.pid'], 'it says whose it is');
  await waitFor('a request to be told of, once the load is over', async () => {
    await send(`${server.url}/`);
    return stream.events.some((one) => one.type === 'request.ended' && one['url.path'] === '/');
  });
});

test('without capture no library is touched', async (t) => {
  const options = { cwd: copyOfApp(t, 'heavy'), app: 'wsgi:application' };
  const patched = async (args: string[]): Promise<string> => {
    const server = await startServer(t, { ...options, args });
    return (await send(`${server.url}/patched`)).body;
  };
  assert.equal(await patched(['--no-capture']), '');
  const names = (await patched([])).split('\n');
  for (const name of ['logging.Logger.callHandlers', 'sqlite3.connect', 'sys.stdout']) {
    assert.ok(names.includes(name), `${name} is not among ${names}`);
  }
});

test('every request counts, whatever is told of it', async (t) => {
  const server = await startHeavy(t);
  const stream = await server.stream();
  const load = startLoad(`${server.url}/`, 8);
  t.after(() => load.stop());
  const { mode } = await stream.event('capture', (event) => event.mode === 'summary', 30);
  assert.equal(mode, 'summary');
  await load.stop();
  await stream.event('capture', (event) => event.mode === 'full' && event.sequence > 0, 30);
  assert.deepEqual(load.failures, []);

  const counted = () => sum(metricsOf(stream.events).map(({ requests }) => requests));
  await waitFor('all to be counted', () => counted() === load.answers);
  const told = stream.events.filter((event) => event.type === 'request.ended').length;
  const metrics = metricsOf(stream.events);
  assert.equal(sum(metrics.map(({ full, summary }) => full + summary)), told);
  assert.ok(metrics.every(({ buckets, requests }) => sum(buckets) === requests));
  assert.ok(sum(metrics.map(({ own }) => own)) < sum(metrics.map(({ cpu }) => cpu)));
});

test('views that do very much leave the worker’s memory bounded, and every cut is told', async (t) => {
  const server = await startHeavy(t, ['--workers', '1']);
  const stream = await server.stream();
  const [worker = 0] = workersOf(server);
  const ask = async (path: string) => {
    assert.equal((await send(`${server.url}${path}`)).status, 200);
  };
  const paths = ['/queries?count=4500', '/logs?count=100000', `/answer?count=${20 * MB}`];
  for (const path of paths) await ask(path); // what libraries and allocators keep
  const before = usageOf(worker).memory;
  for (let round = 0; round < 5; round += 1) for (const path of paths) await ask(path);
  const grown = usageOf(worker).memory - before;
  assert.ok(grown < 64 * MB, `grown by ${grown / MB} MB`);

  const ended = await stream.event('request.ended', (event) => event['url.path'] === '/logs');
  assert.equal(ended.logs, 100_000);
  const { logs } = await stream.command('request', { request: ended.request });
  assert.ok(logs.length < 100_000);
});
