/** The same pages under `wsgiref.validate.validator`: it checks each app, and the server beneath it. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { APPS, type FixtureApp } from '../support/apps.ts';
import { writeFiles } from '../support/folders.ts';
import { openStream, send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';

for (const [framework, make] of Object.entries(APPS)) {
  for (const threads of [1, 4]) {
    test(`${framework}, threads: ${threads}`, async (t) => {
      const fixture = validated(await make(t));
      const server = await startServer(t, { ...fixture, args: ['--threads', `${threads}`] });
      await checkPages(t, server);
      await server.stop();
      assert.doesNotMatch(server.stderr, /AssertionError|WSGIWarning|The app sent/);
    });
  }
}

/** The validator does not know that `wsgi.input_terminated` lets Werkzeug `read()` without a size. */
const HOOK = `from wsgiref.validate import validator
import MODULE

class Input:
    def __init__(self, checked):
        self.checked = checked

    def read(self, size=-1):
        return self.checked.read(size)

    def __getattr__(self, name):
        return getattr(self.checked, name)

def app(environ, start_response):
    environ["wsgi.input"] = Input(environ["wsgi.input"])
    return MODULE.NAME(environ, start_response)

application = validator(app)
`;

/** The fixture, served through the validator. */
function validated({ cwd, app }: FixtureApp): FixtureApp {
  const [module = '', name = ''] = app.split(':');
  writeFiles(cwd, { 'validated.py': HOOK.replaceAll('MODULE', module).replace('NAME', name) });
  return { cwd, app: 'validated:application' };
}

async function checkPages(t: TestContext, { url }: RunningServer): Promise<void> {
  await t.test('a page, and only its head', async () => {
    const { status, body, headers } = await send(url);
    assert.equal(status, 200);
    assert.match(body, /^version 1 from \d+$/);
    const head = await send(url, { method: 'HEAD' });
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.equal(head.headers['content-type'], headers['content-type']);
  });

  await t.test('a form', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await send(`${url}/form`, { method: 'POST', headers, body: 'name=Ann+Lee' });
    assert.equal(answer.body, 'Hello, Ann Lee');
  });

  await t.test('an upload', async () => {
    const body = Buffer.alloc(300_000, 'prefork');
    const headers = { 'Content-Type': 'application/octet-stream' };
    const answer = await send(`${url}/upload`, { method: 'POST', headers, body });
    assert.equal(answer.body, `300000 ${createHash('sha256').update(body).digest('hex')}`);
  });

  await t.test('events, until the client leaves', async () => {
    const response = await openStream(`${url}/events`);
    const [first] = await once(response, 'data');
    assert.match(String(first), /^data: version 1 tick 1\n\n/);
    response.destroy();
  });

  await t.test('an error, and the next page', async () => {
    assert.equal((await send(`${url}/error`)).status, 500);
    assert.equal((await send(url)).status, 200);
  });
}
