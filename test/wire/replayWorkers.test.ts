/** Replays, and what becomes of the workers that have them: debugged, superseded, killed, behind TLS, from a new zygote. */

import assert from 'node:assert/strict';
import { readFileSync, unlinkSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { RequestEdit } from '../../server/stream/commands.ts';
import type { RequestEnded } from '../../server/stream/protocol.ts';
import { startDebugged } from '../support/debugging.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { projectsVenv, root } from '../support/paths.ts';
import { isAlive } from '../support/processes.ts';
import { type RunningServer, type ServerOptions, startServer } from '../support/server.ts';
import type { StreamClient } from '../support/stream.ts';
import { waitFor, within } from '../support/wait.ts';

const CERTIFICATE = join(root, 'test/support/localhost.pem');

const APP = `
import os, signal, time

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/die" and os.path.exists("deadly"):
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "/hold":
        while os.path.exists("held"):
            time.sleep(0.01)
    events = path == "/events" and os.path.exists("streaming")
    kind = "text/event-stream" if events else "text/plain"
    start_response("200 OK", [("Content-Type", kind)])
    seen = ("wsgi.url_scheme", "HTTP_COOKIE", "REMOTE_ADDR", "SERVER_PORT")
    body = [" ".join(str(environ.get(key)) for key in seen).encode()]
    return endless() if events else body

def endless():
    while True:
        yield b"data: 1\\n\\n"
        time.sleep(0.01)
`;

const COOKIE = { Cookie: 'sid=planted1' };

interface Site {
  cwd: string;
  server: RunningServer;
  stream: StreamClient;
  /** Sends a request, and gives what is told of it. */
  asked(path: string, headers?: Record<string, string>): Promise<RequestEnded>;
  /** Its end, past or to come. */
  ended(request: string): Promise<RequestEnded>;
  bodyOf(request: string): Promise<string>;
}

async function start(t: TestContext, options: Partial<ServerOptions> = {}) {
  const { cwd = tempFolder(t) } = options;
  if (!options.cwd) writeFiles(cwd, { 'wsgi.py': APP });
  const args = ['--workers', '2', ...(options.args ?? [])];
  const server = await startServer(t, { app: 'wsgi', ...options, cwd, args });
  const stream = await server.stream();
  const ended = (request: string) =>
    stream.event('request.ended', (event) => event.request === request, 30);
  const site: Site = {
    cwd,
    server,
    stream,
    ended,
    asked: async (path, headers = COOKIE) => {
      await send(`${server.url}${path}`, { headers });
      return stream.event('request.ended', (event) => event['url.path'] === path);
    },
    bodyOf: async (request) => {
      const { trace } = await stream.command('request', { request });
      return trace?.response_body?.text ?? '';
    },
  };
  return site;
}

test('to a worker under the debugger: answered although it stops at a breakpoint', async (t) => {
  const { server, stream, attach, worker } = await startDebugged(t, { args: ['--workers', '2'] });
  await send(`${server.url}/?first`);
  const first = await stream.event('request.ended');
  const client = await attach(2);
  const { request } = await stream.command('replay', { request: first.request, worker: 2 });
  const stopped = await client.event('stopped', 20);
  assert.equal(stopped.reason, 'breakpoint');
  await worker((event) => event.worker === 2 && event.state === 'paused');

  const waiting = await stream.command('replay', { request: first.request, worker: 2 });
  assert.equal((await send(`${server.url}/quick`)).body, 'quick', 'the other worker answers');
  const hasEnded = ({ request: id }: { request: string }) =>
    stream.events.some((event) => event.type === 'request.ended' && event.request === id);
  assert.deepEqual([{ request }, waiting].map(hasEnded), [false, false]);
  await client.request('continue', { threadId: stopped.threadId });
  const again = await client.event('stopped', 20);
  await stream.event('request.ended', (event) => event.request === request);
  assert.equal(hasEnded(waiting), false);
  await client.request('continue', { threadId: again.threadId });
  const last = await stream.event('request.ended', (event) => event.request === waiting.request);
  assert.deepEqual([last.worker, last.replay_of], [2, first.request]);
  await client.detach();
});

test('one that waits in a paused worker goes to its successor when that is superseded', async (t) => {
  const { server, stream, attach, worker, save } = await startDebugged(t, {
    args: ['--workers', '2'],
  });
  await send(`${server.url}/?first`);
  const first = await stream.event('request.ended');
  const client = await attach(1);
  await stream.command('replay', { request: first.request, worker: 1 });
  const { threadId } = await client.event('stopped', 20);
  await worker((event) => event.worker === 1 && event.state === 'paused');
  const waiting = await stream.command('replay', { request: first.request, worker: 1 });
  await save(2);
  await worker((event) => event.worker === 1 && event.reload_pending === true);
  await client.request('continue', { threadId });
  await client.detach();
  const last = await stream.event(
    'request.ended',
    (event) => event.request === waiting.request,
    30,
  );
  assert.deepEqual([last.worker, last.generation], [1, 2]);
});

function askSecurely(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { headers: COOKIE, ca: readFileSync(CERTIFICATE), agent: false };
    https.get(url, options, (answer) => text(answer).then(resolve, reject)).on('error', reject);
  });
}

test('https: the app is told of it, and the connection is none of TLS', async (t) => {
  const args = ['--certfile', CERTIFICATE, '--keyfile', CERTIFICATE];
  const { server, stream, ended, bodyOf } = await start(t, { args });
  const answer = await askSecurely(`${server.url}/first`);
  const first = await stream.event('request.ended');
  const port = new URL(server.url).port;
  assert.equal(answer, `https sid=planted1 127.0.0.1 ${port}`);
  for (const worker of [1, 2]) {
    const { request } = await stream.command('replay', { request: first.request, worker });
    assert.equal((await ended(request)).worker, worker);
    assert.equal(await bodyOf(request), `https sid=[hidden] 127.0.0.1 ${port}`);
  }
});

test('one that brings its worker down is not sent to the next', async (t) => {
  const { cwd, stream, asked } = await start(t);
  const first = await asked('/die');
  writeFiles(cwd, { deadly: '' });
  const { worker } = await stream.command('replay', { request: first.request, worker: 2 });
  assert.equal(worker, 2);
  const { 'process.pid': pid } = await stream.event('worker', (event) => event.state === 'exited');
  await stream.event(
    'worker',
    (e) => e.worker === 2 && e.state === 'ready' && e['process.pid'] !== pid,
    20,
  );
  const gone = stream.events.filter((event) => event.type === 'worker' && event.state === 'exited');
  assert.equal(gone.length, 1);
});

test('a worker with no thread free answers the command all the same', async (t) => {
  const { cwd, stream, asked, ended } = await start(t, { args: ['--threads', '1'] });
  const first = await asked('/hold');
  writeFiles(cwd, { held: '' });
  const sent: { request: string }[] = [];
  for (let count = 0; count < 3; count += 1) {
    sent.push(await stream.command('replay', { request: first.request, worker: 1 }));
  }
  await stream.event('request.started', (event) => event.request === sent[0]?.request);
  unlinkSync(join(cwd, 'held'));
  for (const { request } of sent) assert.equal((await ended(request)).worker, 1);
});

test('without a worker named, the one that requests are steered to', async (t) => {
  const { stream, asked, ended } = await start(t);
  const first = await asked('/first');
  for (const worker of [2, 1]) {
    await stream.command('steer', { worker });
    const { request } = await stream.command('replay', { request: first.request, worker: null });
    assert.equal((await ended(request)).worker, worker);
  }
});

test('without a worker named, one that is not busy', async (t) => {
  const { cwd, stream, asked, ended } = await start(t, { args: ['--threads', '1'] });
  const [first, slow] = [await asked('/first'), await asked('/hold')];
  writeFiles(cwd, { held: '' });
  const holding = await stream.command('replay', { request: slow.request, worker: 1 });
  await stream.event('request.started', (event) => event.request === holding.request);
  const known = [first, slow].filter(({ worker }) => worker === 1).length;
  await stream.event('worker', (event) => event.worker === 1 && event.requests > known);
  for (let count = 0; count < 3; count += 1) {
    const { request } = await stream.command('replay', { request: first.request, worker: null });
    assert.equal((await ended(request)).worker, 2);
  }
  unlinkSync(join(cwd, 'held'));
  await ended(holding.request);
});

test('what was hidden is known to a new zygote, too: one that is asked for, and one after kill -9', async (t) => {
  const { cwd, server, stream, asked, ended, bodyOf } = await start(t);
  const first = await asked('/first');
  const zygote = () => server.processes().find(({ parent }) => parent === server.pid)?.pid ?? 0;
  const known = async () => {
    const { request } = await stream.command('replay', { request: first.request, worker: null });
    assert.match(await bodyOf((await ended(request)).request), /sid=\[hidden\]/);
    return (await ended(request)).generation;
  };
  const before = zygote();
  writeFiles(cwd, { 'gunicorn.conf.py': 'raw_env = ["COLOUR=1"]\n' });
  await waitFor('another zygote', () => zygote() !== before && zygote() !== 0, { seconds: 20 });
  await stream.event('reload', (event) => event.generation === 2 && event.phase === 'ready', 20);
  assert.equal(await known(), 2);

  const killed = zygote();
  process.kill(killed, 'SIGKILL');
  await waitFor('another zygote', () => !isAlive(killed) && zygote() !== 0, { seconds: 20 });
  await stream.command('reload', {});
  assert.equal(await known(), 3);
});

test('an event stream is left after a while, and its thread is free again', async (t) => {
  const { cwd, stream, asked, ended } = await start(t);
  const first = await asked('/events');
  writeFiles(cwd, { streaming: '' });
  const { request } = await stream.command('replay', { request: first.request, worker: 1 });
  await stream.event('request.started', (event) => event.request === request);
  const last = await within(30, 'its end', ended(request));
  assert.equal(last.client_gone, true);
});

test('an app under gevent', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': `from gevent import monkey\nmonkey.patch_all()\n${APP}` });
  const { stream, asked, ended, bodyOf } = await start(t, {
    cwd,
    python: join(projectsVenv, 'bin/python'),
  });
  const first = await asked('/first');
  for (const worker of [1, 2]) {
    const { request } = await stream.command('replay', { request: first.request, worker });
    assert.equal((await ended(request)).worker, worker);
    assert.match(await bodyOf(request), /^http sid=\[hidden\] 127\.0\.0\.1/);
  }
});

test('after a restart: what was hidden is asked for, the rest is sent as it was', async (t) => {
  const file = join(tempFolder(t), 'history.gz');
  const args = ['--history', file];
  const before = await start(t, { args });
  const [member, guest] = [await before.asked('/member'), await before.asked('/guest', {})];
  await before.server.stop();
  assert.doesNotMatch(gunzipSync(readFileSync(file)).toString(), /planted|sealed/);

  const { stream, ended, bodyOf } = await start(t, { args, cwd: before.cwd });
  const again = async (request: string, edit: RequestEdit = {}): Promise<string> => {
    const answer = await stream.command('replay', { request, worker: null, edit });
    return bodyOf((await ended(answer.request)).request);
  };
  assert.match(await again(guest.request), /^http None/);
  await assert.rejects(
    again(member.request),
    /hidden in Cookie is not known any more \(the server was started anew since\).* after logging in/,
  );
  const { trace } = await stream.command('request', { request: member.request });
  const headers = (trace?.request_headers ?? []).map(([name, value]): [string, string] => [
    name,
    name === 'Cookie' ? 'theme=dark' : value,
  ]);
  assert.match(await again(member.request, { headers }), /^http theme=dark/);
});
