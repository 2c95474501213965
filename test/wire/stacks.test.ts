/** Where a worker stands, and what it uses: asked of a server that runs. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

/** `/wait` sleeps and `/spin` computes, until there is a file `go`; `/eat` takes 32 MB. */
const APP = `import os, time

eaten = []

def wait_for_the_file():
    while not os.path.exists("go"):
        time.sleep(0.005)

def compute_until_the_file():
    count = 0
    while count % 1000 or not os.path.exists("go"):
        count += 1

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/wait":
        wait_for_the_file()
    if path == "/spin":
        compute_until_the_file()
    if path == "/eat":
        eaten.append(b"x" * (32 << 20))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]
`;

async function served(t: TestContext, app = APP) {
  const folder = tempFolder(t);
  writeFiles(folder, { 'wsgi.py': app });
  const server = await startServer(t, {
    cwd: folder,
    app: 'wsgi:application',
    args: ['--workers', '1'],
  });
  return { folder, server, stream: await server.stream() };
}

test('the stacks of requests that wait and that compute, without our own threads', async (t) => {
  const { folder, server, stream } = await served(t);
  assert.equal(
    (await stream.command('stack', { worker: 1 })).stack,
    "No thread is in the app's code.\n",
  );
  const answers = ['/wait', '/spin'].map((path) => send(`${server.url}${path}`));
  const stack = await waitFor('both stacks', async () => {
    const told = (await stream.command('stack', { worker: 1 })).stack;
    return /in wait_for_the_file/.test(told) && /in compute_until_the_file/.test(told) && told;
  });
  assert.match(stack, /^Thread \S.* \(\d+\), most recent call last:\n {2}File "\S+wsgi\.py", line/);
  assert.match(stack, /time\.sleep\(0\.005\)\n/);
  assert.doesNotMatch(stack, /prefork_worker|threading\.py|<string>/);
  writeFiles(folder, { go: '' });
  for (const answer of answers) assert.equal((await answer).body.toString(), 'done');
});

test('of a worker that hangs while it imports its app', async (t) => {
  const { folder, stream } = await served(t);
  const slow = `import os, time\nwhile not os.path.exists("go"): time.sleep(0.005)\n${APP}`;
  writeFiles(folder, { 'wsgi.py': slow });
  const booting = await stream.event('worker', (event) => event.generation === 2);
  const asked = { worker: 1, 'process.pid': booting['process.pid'] };
  const stack = await waitFor('its stack', async () => {
    const told = (await stream.command('stack', asked)).stack;
    return told.includes('wsgi.py') && told;
  });
  assert.match(stack, /wsgi\.py", line 2, in <module>/);
  writeFiles(folder, { go: '' });
});

test('a worker that there is not', async (t) => {
  const { stream } = await served(t);
  await assert.rejects(stream.command('stack', { worker: 9 }), /There is no worker 9/);
});

test('memory and processor time are told while somebody watches', async (t) => {
  const { folder, server, stream } = await served(t);
  const first = await within(10, 'the first usage', stream.event('usage'));
  const [before] = first.workers;
  assert.equal(before?.worker, 1);
  assert.ok((before?.['process.memory.usage'] ?? 0) > 1 << 20);
  await send(`${server.url}/eat`);
  const spinning = send(`${server.url}/spin`);
  const more = (name: 'process.memory.usage' | 'process.cpu.time', least: number) =>
    stream.event(
      'usage',
      ({ workers: [now] }) => (now?.[name] ?? 0) > (before?.[name] ?? 0) + least,
    );
  await within(20, 'more memory', more('process.memory.usage', 30 << 20));
  await within(20, 'more processor time', more('process.cpu.time', 100_000));
  writeFiles(folder, { go: '' });
  await spinning;
});
