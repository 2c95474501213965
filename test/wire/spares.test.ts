/** In dev mode nothing deadlocks: when every worker is occupied, a spare one answers. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { openStream, send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import { within } from '../support/wait.ts';

const ONE_THREAD = { args: ['--workers', '1', '--threads', '1'] };

test('event streams occupy all workers: others are answered, and the spare goes when idle', async (t) => {
  const server = await startServer(t, { ...(await APPS.bare(t)), ...ONE_THREAD });
  const events = await server.stream();
  const streams = [await openStream(`${server.url}/events`)];
  streams.push(await within(10, 'a second event stream', openStream(`${server.url}/events`)));
  const { status } = await within(10, 'an answer beside the streams', send(server.url));
  assert.equal(status, 200);
  const spare = await events.event(
    'worker',
    ({ worker, state }) => worker === 3 && state === 'ready',
  );
  for (const stream of streams) stream.destroy();
  await events.event(
    'worker',
    (event) => event.worker === 3 && event.state === 'exited' && event.sequence > spare.sequence,
    20,
  );
});

test('an app that calls itself', async (t) => {
  const fixture = await APPS.bare(t);
  writeFileSync(
    join(fixture.cwd, 'itself.py'),
    `from urllib.request import urlopen
def application(environ, start_response):
    body = b"inner"
    if environ["PATH_INFO"] == "/outer":
        body = b"outer of " + urlopen("http://" + environ["HTTP_HOST"] + "/").read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]
`,
  );
  const server = await startServer(t, { ...fixture, app: 'itself:application', ...ONE_THREAD });
  const { body } = await within(10, 'the answer', send(`${server.url}/outer`));
  assert.equal(body, 'outer of inner');
});
