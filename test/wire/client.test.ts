/** `prefork tail`, `show` and `routes`, as a person in another terminal uses them. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { APPS, type FixtureApp } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { prefork, runToEnd } from '../support/commandLine.ts';
import { tempFolder } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { serverBundle, systemNode } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const serve = (t: TestContext, app: FixtureApp, env = {}): Promise<RunningServer> =>
  startServer(t, { ...app, args: ['--workers', '2'], env });

/** Where its user's other programs look for servers. */
const userOf = ({ infoFile }: RunningServer) => {
  const folder = dirname(infoFile);
  return { XDG_RUNTIME_DIR: folder, TMPDIR: folder };
};

/** Runs a terminal command of the server's user to its end. */
const run = (server: RunningServer, ...args: string[]) => prefork(args, '/', userOf(server));

interface Tail {
  child: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  says(text: string): Promise<void>;
}

function startTail(t: TestContext, server: RunningServer, ...args: string[]): Tail {
  const env = { ...process.env, ...userOf(server) };
  const child = spawn(systemNode(), [serverBundle, 'tail', ...args], { cwd: '/', env });
  cleanUp(t, () => child.kill('SIGKILL'));
  const told = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (told.stdout += data));
  child.stderr.on('data', (data) => (told.stderr += data));
  return {
    child,
    get stdout() {
      return told.stdout;
    },
    get stderr() {
      return told.stderr;
    },
    says: async (text) => {
      const isSaid = () => told.stdout.includes(text);
      await waitFor(`tail to say ${text}`, isSaid, { seconds: 30 }).catch((error) => {
        throw new Error(`${error.message}; it said\n${told.stdout}${told.stderr}`);
      });
    },
  };
}

/** Asks for a page and waits until the request is told of. */
async function ask(server: RunningServer, path: string): Promise<string> {
  const query = `asked=${Math.random()}`;
  await send(`${server.url}${path}?${query}`);
  const stream = await server.stream();
  return (await stream.event('request.ended', (event) => event['url.query'] === query, 30)).request;
}

for (const framework of ['flask', 'django', 'bottle'] as const) {
  test(`${framework}: tail shows the past, what comes, and reloads`, async (t) => {
    const app = await APPS[framework](t);
    const server = await serve(t, app);
    await ask(server, '/chatter');
    const tail = startTail(t, server);
    const [all, failed] = [tail, startTail(t, server, '--json', 'has:exception', '-status:404')];
    await all.says('GET /chatter?asked=');
    await ask(server, '/');
    const broken = await ask(server, '/error');
    await failed.says(broken);
    const row =
      /^\d\d:\d\d:\d\d\.\d{3} {2}200 {2} *[\d.]+ ms {2,}[12]·1 {2}[0-9a-f]{16} {2}GET \/\?asked=[\d.]+$/m;
    await waitFor('the line of a request', () => row.test(all.stdout));
    await waitFor('what went wrong', () => /500 .*GET \/error.* 1 exception/.test(all.stdout));
    assert.ok(!all.stdout.includes('\u001b'), 'no colours where there is no terminal');
    writeFileSync(join(app.cwd, 'message.py'), 'TEXT = "version 2"\n');
    await all.says('generation 2 ready in');
    await waitFor('the reload as JSON', () =>
      failed.stdout.includes('"phase":"ready","generation":2'),
    );
    const events = failed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const requests = events.filter(({ type }) => type === 'request.ended');
    assert.deepEqual(requests.map(({ request }) => request).slice(-1), [broken]);
    all.child.kill('SIGINT');
    assert.deepEqual(await once(all.child, 'exit'), [130, null]);
    await server.stop();
    if (failed.child.exitCode === null) await once(failed.child, 'exit');
    assert.deepEqual(
      [failed.child.exitCode, failed.stderr],
      [0, 'prefork: The server has ended.\n'],
    );
  });

  test(`${framework}: show tells all of a request, routes of all of them`, async (t) => {
    const server = await serve(t, await APPS[framework](t));
    const [chatter, broken] = [await ask(server, '/chatter'), await ask(server, '/error')];
    const spoken = await run(server, 'show', chatter);
    assert.match(spoken.stdout, /^GET \/chatter\?asked=\S+ → 200 in /);
    assert.match(spoken.stdout, new RegExp(`request ${chatter} · trace [0-9a-f]{32}`));
    assert.match(spoken.stdout, /\n {2}app +[\d.]+ ms\n/);
    assert.match(spoken.stdout, /\nLog\n(?:.*\n)* {2}.*WARNING {2}fixture {2}logged\n/);
    const failed = (await run(server, 'show', 'last')).stdout;
    assert.match(failed, /→ 500 in (?:.*\n)*Exceptions\n {2}ValueError: broken on purpose\n/);
    assert.match(
      failed,
      /\n {4}\S+\.py:\d+ in error\n {6}raise ValueError\("broken on purpose"\)\n/,
    );
    const { stdout: json } = await run(server, 'show', '--json', broken);
    const stream = await server.stream();
    const kept = await stream.command('request', { request: broken });
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(kept)));
    const part = await run(server, 'show', broken.slice(2));
    assert.equal(part.code, 0, part.stderr);
    const curl = await run(server, 'show', chatter, '--as', 'curl');
    assert.match(curl.stdout, /^curl .*\/chatter/);

    const table = (await run(server, 'routes')).stdout.split('\n');
    assert.match(table[0] ?? '', /^COUNT +ERRORS +MEDIAN +P95 +SLOWEST +SQL +BEFORE +LAST +ROUTE$/);
    assert.ok(
      table.some((line) => /^ +1 +1 .* GET \/error/.test(line)),
      table.join('\n'),
    );
    const { routes } = await stream.command('routes', {});
    const told = (await run(server, 'routes', '--json')).stdout.trimEnd().split('\n');
    assert.deepEqual(
      told.map((line) => JSON.parse(line)),
      routes,
    );
  });
}

test('what makes no sense ends with 2, what is not there with 1, each with a word', async (t) => {
  const server = await serve(t, await APPS.bare(t));
  const cases: [string[], number, RegExp][] = [
    [['tail', 'status:9xx'], 2, /status:9xx: takes 404, 4xx or none/],
    [['tail', '--bogus'], 2, /Unknown option '--bogus'/],
    [['show', 'orders'], 2, /orders is no id/],
    [['show', 'f'.repeat(16)], 1, /Request f+ is not kept/],
    [
      ['routes', '--server', '1'],
      1,
      new RegExp(`no server is --server 1; there are\n {2}${server.pid} `),
    ],
  ];
  for (const [args, code, said] of cases) {
    const { stderr, stdout, code: is } = await run(server, ...args);
    assert.match(stderr, said);
    assert.deepEqual([is, stdout], [code, ''], args.join(' '));
  }
  const { code, stderr } = await prefork(['routes'], '/', {
    ...userOf(server),
    XDG_RUNTIME_DIR: tempFolder(t),
    TMPDIR: tempFolder(t),
  });
  assert.equal(code, 1);
  assert.match(stderr, /no server runs/);
});

test('of several servers it is the one that serves this folder', async (t) => {
  const apps = [await APPS.bare(t), await APPS.flask(t)] as const;
  const runtime = { XDG_RUNTIME_DIR: tempFolder(t) };
  const servers = [await serve(t, apps[0], runtime), await serve(t, apps[1], runtime)] as const;
  const id = await ask(servers[1], '/');
  const here = await prefork(['show', 'last'], apps[1].cwd, runtime);
  assert.ok(here.stdout.includes(id), here.stderr);
  const elsewhere = await prefork(['show', 'last'], '/', runtime);
  assert.equal(elsewhere.code, 2);
  for (const { pid } of servers) assert.match(elsewhere.stderr, new RegExp(`\n {2}${pid} `));
  const port = new URL(servers[1].url).port;
  assert.ok((await prefork(['show', 'last', '--server', port], '/', runtime)).stdout.includes(id));
  const file = servers[1].infoFile;
  assert.ok((await prefork(['show', 'last', '--server', file], '/', {})).stdout.includes(id));
});

test('a reader that leaves ends tail without a word', async (t) => {
  const server = await serve(t, await APPS.bare(t));
  await ask(server, '/');
  const script = `"$0" "$1" tail | head -n 1; "$0" "$1" routes --json | true`;
  const started = runToEnd('sh', ['-c', script, systemNode(), serverBundle], '/', userOf(server));
  const { stdout, stderr } = await keepAsking(server, started);
  assert.equal(stderr, '');
  assert.equal(stdout.split('\n').length, 2);
});

/** A pipe is found to be closed by writing to it. */
async function keepAsking<Result>(server: RunningServer, until: Promise<Result>): Promise<Result> {
  let isOver = false;
  void until.finally(() => (isOver = true));
  while (!isOver) await ask(server, '/');
  return until;
}
