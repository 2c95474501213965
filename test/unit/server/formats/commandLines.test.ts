/** What is copied for curl, HTTPie and `fetch` asks for the same again: all three are run. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Captured } from '../../../../server/formats/captured.ts';
import { curl } from '../../../../server/formats/curl.ts';
import { fetchCall } from '../../../../server/formats/fetchCall.ts';
import { httpie } from '../../../../server/formats/httpie.ts';
import type { Body } from '../../../../server/stream/trace.ts';
import { cleanUp } from '../../../support/cleanup.ts';
import { captured, ORIGIN } from '../../../support/handingOver.ts';
import { venv } from '../../../support/paths.ts';

const run = promisify(execFile);

interface Asked {
  method: string;
  target: string;
  headers: [string, string][];
  body: string;
}

/** Answers nothing, and remembers what it was asked. */
async function listen(t: TestContext): Promise<{ base: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    asked.push(await read(request));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { rawHeaders: raw } = request;
  const headers = raw.flatMap((name, at): [string, string][] =>
    at % 2 ? [] : [[name.toLowerCase(), raw[at + 1] ?? '']],
  );
  const body = Buffer.concat(chunks).toString('utf8');
  return { method: request.method ?? '', target: request.url ?? '', headers, body };
}

const env = { ...process.env, PATH: `${join(venv, 'bin')}:${process.env['PATH']}` };

const CLIENTS = {
  curl: {
    write: curl,
    run: (text: string, more = {}) => run('sh', ['-c', text], { env: { ...env, ...more } }),
  },
  httpie: {
    write: httpie,
    run: (text: string, more = {}) => run('bash', ['-c', text], { env: { ...env, ...more } }),
  },
  fetch: {
    write: fetchCall,
    run: (text: string) => run(process.execPath, ['--input-type=module', '-e', text]),
  },
};

const EVIL = `it's "quoted" $HOME \`id\` $(id) \\ \\' !! %s %% \\n ; & | > < * ? ~ # \u{1f600} ü\n\n\ttab`;

const text = (body: string, content_type = 'text/plain; charset=utf-8'): Body => ({
  size: Buffer.byteLength(body),
  content_type,
  text: body,
  cut: 0,
});

interface Case {
  method?: string;
  path?: string;
  query?: string;
  headers?: [string, string][];
  body?: Body;
  /** As it is asked for; default: path and query as they are. */
  target?: string;
  /** Not of these. */
  but?: string[];
}

const TYPE: [string, string] = ['Content-Type', 'text/plain; charset=utf-8'];

const CASES: Record<string, Case> = {
  'a plain one': { path: '/orders/', query: 'page=2&sort=-placed' },
  'a path with everything in it': {
    path: Buffer.from("/a b/ü/it's/$HOME/%41/[x]{1,2}/`id`").toString('latin1'),
    target: "/a%20b/%C3%BC/it's/$HOME/%2541/%5Bx%5D%7B1,2%7D/%60id%60?q[]=1&r={a,b}&s=$(id)&t='%22",
    query: "q[]=1&r={a,b}&s=$(id)&t='%22",
    but: ['fetch'],
  },
  'a path that climbs': { path: '/a/../b/./c', but: ['fetch'] },
  'fields with everything in them': {
    headers: [
      ['X-Evil', `it's "quoted" $HOME \`id\` $(id) !! %s ; & | > < * ? ~ #`],
      ['X-Separators', '=a:b@c==d;e'],
      ['X-At', '@/etc/passwd'],
      ['X-Bytes', Buffer.from('ü').toString('latin1')],
      ['X-Empty', ''],
    ],
  },
  'a body with everything in it': { method: 'POST', headers: [TYPE], body: text(EVIL) },
  'a body that begins with @': { method: 'PUT', headers: [TYPE], body: text('@/etc/passwd') },
  'a body with what a terminal acts upon': {
    method: 'POST',
    headers: [TYPE],
    body: text(`${EVIL}\r\n\u0000\u001b[31m\u0007 100 %`),
  },
  'a body without a type': { method: 'POST', body: text('plain', '') },
  'GET with a body': { headers: [TYPE], body: text('searched for'), but: ['fetch'] },
  HEAD: { method: 'HEAD' },
  'a method of its own': { method: 'PURGE', path: '/cache' },
};

function requestOf({ method = 'GET', path = '/', query = '', headers = [], body }: Case): Captured {
  const asked = { 'http.request.method': method, 'url.path': path, 'url.query': query };
  return captured(asked, { request_headers: headers, request_body: body ?? null });
}

/** HTTPie encodes brackets in a query, which means the same. */
const same = (target: string): string =>
  target.replace(/%(?:5B|5D|7B|7D)/g, (encoded) => decodeURIComponent(encoded));

for (const [name, client] of Object.entries(CLIENTS)) {
  for (const [title, wanted] of Object.entries(CASES)) {
    if (wanted.but?.includes(name)) continue;
    test(`${name}: ${title}`, async (t) => {
      const { base, asked } = await listen(t);
      const written = client.write(requestOf(wanted), { ...ORIGIN, addresses: [base] });
      await client.run(written);
      const [got] = asked;
      assert.ok(got && asked.length === 1, written);
      const { method = 'GET', path = '/', query = '', body, headers = [] } = wanted;
      const target = wanted.target ?? (query ? `${path}?${query}` : path);
      assert.deepEqual([got.method, same(got.target)], [method, same(target)], written);
      assert.equal(got.body, body?.text ?? '', written);
      for (const [field, value] of headers) {
        const found: [string, string][] = got.headers.filter(
          ([known]) => known === field.toLowerCase(),
        );
        assert.deepEqual(found, [[field.toLowerCase(), value]], written);
      }
    });
  }

  test(`${name}: what was hidden is a variable, and said to be`, async (t) => {
    const { base, asked } = await listen(t);
    const form = 'user=ann&card=[hidden]';
    const written = client.write(
      requestOf({
        method: 'POST',
        path: '/reset-password/[hidden]',
        query: 'page=1&access_token=[hidden]',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Authorization', 'Bearer [hidden]'],
          ['Cookie', 'sessionid=[hidden]; theme=[hidden]'],
        ],
        body: { ...text(form, 'application/x-www-form-urlencoded'), redacted: true },
      }),
      { ...ORIGIN, addresses: [base] },
    );
    assert.ok(!written.includes('[hidden]'), written);
    assert.match(written, /^(#|\/\/) Hidden when it was captured.*HIDDEN_SESSIONID/m);
    const values = {
      HIDDEN_RESET_PASSWORD: 'reset',
      HIDDEN_ACCESS_TOKEN: 'asked',
      HIDDEN_AUTHORIZATION: 'b\'e"a$r',
      HIDDEN_SESSIONID: 'one',
      HIDDEN_THEME: 'two',
      HIDDEN_CARD: '4711',
    };
    const set = written.replace(/^const (\w+) = '';$/gm, (_, variable: keyof typeof values) => {
      return `const ${variable} = ${JSON.stringify(values[variable])};`;
    });
    await client.run(set, values);
    const [got] = asked;
    assert.equal(got?.target, '/reset-password/reset?page=1&access_token=asked');
    assert.equal(got.body, 'user=ann&card=4711');
    const fields = Object.fromEntries(got.headers);
    assert.equal(fields['authorization'], `Bearer ${values.HIDDEN_AUTHORIZATION}`);
    assert.equal(fields['cookie'], 'sessionid=one; theme=two');
  });
}

test('what is not kept is said', () => {
  const body = { size: 90_000, content_type: 'image/png', text: null, cut: 90_000 };
  for (const { write } of Object.values(CLIENTS)) {
    const lost = write(requestOf({ method: 'POST', body }), ORIGIN);
    assert.match(lost, /body, 90000 bytes of image\/png, is not kept/);
    const cut = write(requestOf({ method: 'POST', body: { ...text('start'), cut: 7 } }), ORIGIN);
    assert.match(cut, /last 7 bytes of its body are not kept/);
    const gone = { ...requestOf({}), trace: null };
    assert.match(write(gone, ORIGIN), /headers are no longer kept/);
  }
});

test('a comment ends where its line ends', () => {
  const body = { ...text('x'), text: null, content_type: 'text/plain\nrm -rf /', cut: 1 };
  for (const { write } of Object.values(CLIENTS)) {
    for (const line of write(requestOf({ body }), ORIGIN).split('\n')) {
      assert.ok(!line.startsWith('rm'), line);
    }
  }
});
