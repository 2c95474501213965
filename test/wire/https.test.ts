/** https, from the certificate on the command line to what an app is told; and what is of no use. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { root } from '../support/paths.ts';
import { type RunningServer, runServer, startServer, workersOf } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const CERTIFICATE = join(root, 'test/support/localhost.pem');
const TLS = ['--certfile', CERTIFICATE, '--keyfile', CERTIFICATE];
const CONTEXT_HOOK = `
def ssl_context(config, default):
    context = default()
    print("context for", config.certfile)
    return context
`;

const agent = new https.Agent({ keepAlive: true, ca: readFileSync(CERTIFICATE) });

function ask({ url }: RunningServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { agent }, (answer) => text(answer).then(resolve, reject));
    request.on('error', reject);
  });
}

test('in dev mode, through a save', async (t) => {
  const fixture = await APPS.bare(t);
  const server = await startServer(t, { ...fixture, args: TLS });
  t.after(() => agent.destroy());
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.match(server.stdout, /App: {3}https:/);
  assert.match(await ask(server), /^version 1 from \d+$/);
  writeFiles(fixture.cwd, { 'message.py': 'TEXT = "version 2 of it"\n' });
  const stream = await server.stream();
  await waitFor('the reload', () =>
    stream.events.some((e) => e.type === 'reload' && e.generation === 2),
  );
  await waitFor('version 2', async () => /^version 2 of it/.test(await ask(server)));
});

test('plain HTTP on its port is told so', async (t) => {
  const server = await startServer(t, { ...(await APPS.bare(t)), dev: false, args: TLS });
  const { status, body } = await send(server.url.replace('https:', 'http:'));
  assert.deepEqual([status, body], [400, 'this address speaks HTTPS, not plain HTTP\n']);
  await waitFor('the log', () => server.stderr.includes('plain HTTP on an address that speaks'));
});

test('a conf file’s ssl_context hook', async (t) => {
  const fixture = await APPS.bare(t);
  writeFiles(fixture.cwd, { 'gunicorn.conf.py': CONTEXT_HOOK });
  const server = await startServer(t, { ...fixture, dev: false, args: TLS });
  assert.match(await ask(server), /^version 1/);
  assert.match(server.stdout, /context for .*localhost\.pem/);
  assert.equal(workersOf(server).length, 1);
});

test('a certificate of no use ends the start with one line', async (t) => {
  const fixture = await APPS.bare(t);
  for (const [args, said] of [
    [['--certfile', '/no/such.pem'], /certfile '\/no\/such\.pem' does not exist/],
    [['--certfile', join(fixture.cwd, 'wsgi.py')], /certfile '.*wsgi\.py' is of no use: /],
    [['--keyfile', CERTIFICATE], /keyfile needs a certfile/],
  ] as const) {
    const server = runServer(t, { ...fixture, args: [...args] });
    assert.deepEqual(await server.exited, { code: 1, signal: null });
    assert.match(server.stderr, said);
  }
});
