/**
 * Fast requests that arrive together with slow ones, on connections that are kept alive. The slow ones
 * last until every fast one is answered, so that an order of events is tested, and no speed.
 */

import http from 'node:http';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import { waitFor, within } from '../support/wait.ts';

/** `/slow?NAME` lasts until there is a file NAME. */
const APP = `import os, time

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        deadline = time.monotonic() + 20
        while not os.path.exists(environ["QUERY_STRING"]) and time.monotonic() < deadline:
            time.sleep(0.005)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
`;

/** A connection that is kept alive, and the worker that holds it. */
interface Client {
  worker: string;
  ask(path: string): Promise<string>;
}

const CONNECTIONS = 16;

test('four slow requests on two workers of four threads: those beside them are answered', async (t) => {
  const { clients, letGo } = await connected(t, ['--workers', '2', '--threads', '4']);
  // Alternately, all at one worker (which then has no thread left), and all at the other one.
  const orders = [
    clients,
    clients.toSorted((a, b) => a.worker.localeCompare(b.worker)),
    clients.toSorted((a, b) => b.worker.localeCompare(a.worker)),
  ];
  for (const [round, [a, b, c, d, ...rest]] of orders.entries()) {
    const slow = [a, b, c, d].map((client) => client?.ask(`/slow?${round}`));
    const fast = rest.map(({ ask }) => ask('/fast'));
    await within(10, 'the fast answers', Promise.all(fast));
    letGo(`${round}`);
    await within(10, 'the slow answers', Promise.all(slow));
  }
});

test('a worker of one thread in a slow request: its other connections are answered', async (t) => {
  const { clients, letGo } = await connected(t, ['--workers', '2', '--threads', '1']);
  const [slow, ...rest] = clients;
  const answer = slow?.ask('/slow?x');
  await within(10, 'the fast answers', Promise.all(rest.map(({ ask }) => ask('/fast'))));
  letGo('x');
  await within(10, 'the slow answer', answer ?? Promise.reject());
});

test('dev mode, all workers occupied: a connection that was there before gets to the spare', async (t) => {
  const { clients, letGo } = await connected(t, ['--workers', '1', '--threads', '2'], true);
  const [a, b, ...rest] = clients;
  const slow = [a, b].map((client) => client?.ask('/slow?x'));
  await within(10, 'the fast answers', Promise.all(rest.map(({ ask }) => ask('/fast'))));
  letGo('x');
  await within(10, 'the slow answers', Promise.all(slow));
});

/** Connections at all workers. */
async function connected(t: TestContext, args: string[], dev = false) {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': APP });
  const { url } = await startServer(t, { app: 'wsgi:application', cwd, dev, args });
  const clients = await waitFor('connections at all workers', async () => {
    const opened = await Promise.all(Array.from({ length: CONNECTIONS }, () => connect(t, url)));
    const count = new Set(opened.map(({ worker }) => worker)).size;
    return count === Number(args[1]) && opened;
  });
  return { clients, letGo: (name: string) => writeFiles(cwd, { [name]: '' }) };
}

async function connect(t: TestContext, url: string): Promise<Client> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  cleanUp(t, () => agent.destroy());
  const ask = async (path: string) => (await send(`${url}${path}`, { agent })).body;
  return { ask, worker: await ask('/') };
}
