/** Bodies of replays: uploads, what is packed, what the app calls private; and what cannot be sent again, in words. */

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RequestEdit } from '../../server/stream/commands.ts';
import { copyOfApp, tempFolder, writeFiles } from '../support/folders.ts';
import { type HttpRequest, send } from '../support/http.ts';
import { fixtureApps } from '../support/paths.ts';
import { startServer } from '../support/server.ts';

const PHOTO = Buffer.concat([
  Buffer.from('89504e470d0a1a0a00ff', 'hex'),
  Buffer.from('plantedPhoto1'),
]);

const UPLOAD: HttpRequest = {
  method: 'POST',
  headers: { 'Content-Type': 'multipart/form-data; boundary=B' },
  body: Buffer.concat([
    Buffer.from('--B\r\nContent-Disposition: form-data; name="password"\r\n\r\nplantedWord1\r\n'),
    Buffer.from('--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nMountain\r\n'),
    Buffer.from('--B\r\nContent-Disposition: form-data; name="photo"; filename="m.png"\r\n'),
    Buffer.from('Content-Type: image/png\r\n\r\n'),
    PHOTO,
    Buffer.from('\r\n--B--\r\n'),
  ]),
};

for (const framework of ['flask', 'django', 'bottle']) {
  test(`${framework}: an upload is sent once more, and with another field`, async (t) => {
    const cwd = copyOfApp(t, 'members');
    copyFileSync(join(fixtureApps, 'secrets/wiretap.py'), join(cwd, 'wiretap.py'));
    const app = `wsgi_${framework}:application`;
    const server = await startServer(t, { cwd, app, args: ['--workers', '2'] });
    const stream = await server.stream();
    assert.equal((await send(`${server.url}/upload`, UPLOAD)).status, 200);
    const first = await stream.event('request.ended');
    const { trace } = await stream.command('request', { request: first.request });
    const told = trace?.request_body?.text ?? '';
    assert.match(told, /\[a file\]/);

    for (const title of ['Mountain', 'Valley']) {
      // A page's text area has line feeds alone.
      const body = told.replaceAll('\r\n', '\n').replace('Mountain', title);
      const worker = 3 - first.worker;
      const { request } = await stream.command('replay', {
        request: first.request,
        worker,
        edit: { body },
      });
      await stream.event('request.ended', (event) => event.request === request);
      const seen = readFileSync(join(cwd, 'seen'), 'utf8').trim().split('\n').at(-1) ?? '';
      const { user: photo, form } = JSON.parse(seen);
      assert.equal(photo, PHOTO.toString('hex'));
      assert.deepEqual(form, { password: 'plantedWord1', title });
    }
    const wires = readdirSync(cwd).filter((name) => name.startsWith('wire-'));
    const left = wires.map((name) => readFileSync(join(cwd, name), 'latin1')).join();
    assert.doesNotMatch(left, /planted/);
  });
}

const ECHO = `
import os, time
def application(environ, start_response):
    while environ["PATH_INFO"] == "/hold" and not os.path.exists("go"):
        time.sleep(0.01)
    body = environ["wsgi.input"].read()
    with open("seen", "wb") as seen:
        seen.write(body)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d bytes" % len(body)]
`;

const post = (type: string, body: string | Uint8Array, headers = {}): HttpRequest => ({
  method: 'POST',
  headers: { 'Content-Type': type, ...headers },
  body,
});

const GZIP = { 'Content-Encoding': 'gzip' };
const SAME: Record<string, HttpRequest> = {
  text: post('text/plain', 'größer'),
  latin: post('text/plain; charset=latin-1', Buffer.from([0xfc, 0x41])),
  json: post('application/json', '{"password":  "p1", "n": [1,2]}'),
  packed: post('application/json', gzipSync('{"token": "t1"}'), GZIP),
  binary: post('application/octet-stream', Buffer.from([0, 255, 1, 13, 10, 254])),
  chunked: post('text/plain', 'in chunks', { 'Transfer-Encoding': 'chunked' }),
  expected: post('text/plain', 'continued', { Expect: '100-continue' }),
  full: post('image/png', Buffer.alloc(65_536, 200)),
};

test('bodies as they were, and why others are not sent again', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': ECHO });
  const server = await startServer(t, { cwd, app: 'wsgi', args: ['--workers', '2'] });
  const stream = await server.stream();

  const asked = async (path: string, request: HttpRequest): Promise<string> => {
    await send(`${server.url}${path}`, request);
    return (await stream.event('request.ended', (event) => event['url.path'] === path)).request;
  };
  const replay = async (request: string, edit: RequestEdit = {}): Promise<Buffer> => {
    const { request: again } = await stream.command('replay', { request, worker: null, edit });
    await stream.event('request.ended', (event) => event.request === again);
    return readFileSync(join(cwd, 'seen'));
  };
  for (const [name, request] of Object.entries(SAME)) {
    const sent = Buffer.from(request.body ?? '');
    assert.deepEqual(await replay(await asked(`/${name}`, request)), sent, name);
  }

  const large = await asked('/large', post('text/plain', 'x'.repeat(90_000)));
  await assert.rejects(replay(large), /90,000 bytes of body were not kept whole: edit the body/);
  assert.equal(String(await replay(large, { body: 'less' })), 'less');
  const form = await asked('/form', post('application/x-www-form-urlencoded', 'token=t1&a=1'));
  await assert.rejects(replay(form, { body: 'other=[hidden]' }), /nothing was hidden after other/);
  await assert.rejects(
    replay(form, { target: 'no target' }),
    /^Error: Not sent: the server would refuse/,
  );
  await assert.rejects(replay(form, { headers: [['Accept', '*/*']] }), /needs a Host header/);
  const lone = { body: 'half a pair: \ud800' };
  await assert.rejects(replay(form, lone), /Not sent: it cannot be encoded/);
  await assert.rejects(replay(form, { headers: 7 as never }), /Not an edit of a request/);
  await assert.rejects(replay('0123456789abcdef'), /Request 0123456789abcdef is no longer kept/);
  await assert.rejects(
    stream.command('replay', { request: form, worker: 7 }),
    /There is no worker 7: this server has 1 to 2/,
  );

  const held = send(`${server.url}/hold`);
  const { request } = await stream.event(
    'request.started',
    (event) => event['url.path'] === '/hold',
  );
  await assert.rejects(
    replay(request),
    /still runs: what it was sent with is known when it has ended/,
  );
  writeFiles(cwd, { go: '' });
  await held;
  await stream.command('clear', {});
  await assert.rejects(replay(form), /is no longer kept/);
});
