/**
 * Secrets are planted wherever a request can bring or an app can spill them; none is in any byte that
 * leaves a worker: on its control channel, in the stream, in the answers of commands, in what is handed over. (What the app
 * prints goes to the terminal as it is, and the access log is the user's own.)
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { copyOfApp, tempFolder } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.plantedSignature';

/** What each is called tells where it was planted. */
const FORM = {
  password: 'plantedPassword1',
  api_key: 'plantedKey1',
  token: 'plantedToken1',
  dsn: 'postgres://app:plantedDsn1@db.test/shop',
  name: 'Ann',
};

const HEADERS = {
  Authorization: 'Bearer plantedBearer1',
  'Proxy-Authorization': 'Basic cGxhbnRlZDpwbGFudGVk',
  Cookie: 'sessionid=plantedCookie1; csrftoken=plantedCsrf1',
  'X-Api-Key': 'plantedApiKey1',
  'X-CSRFToken': 'plantedCsrfHeader1',
  Referer: 'http://127.0.0.1/?token=plantedReferer1',
  'X-Note': `see ${JWT} and AKIAIOSFODNN7PLANTED`,
};

const PATH = `/spill/reset-password/plantedPath123456789/${JWT};jsessionid=plantedMatrix1`;
const QUERY = '?access_token=plantedQuery1&next=%2F%3Ftoken%3DplantedNext1&page=2';
const GIVE = '/give?token=plantedGiven1&password=plantedGiven2';

const FORMATS = ['curl', 'httpie', 'fetch', 'pytest', 'markdown', 'har', 'otlp'] as const;

const PLANTED = /planted[A-Z]\w+|eyJhbGci[\w.-]*|AKIA\w+|cGxhbnRlZDpwbGFudGVk/g;

for (const framework of ['flask', 'bottle', 'django']) {
  test(`${framework}: no planted secret leaves a worker`, async (t) => {
    const cwd = copyOfApp(t, 'secrets');
    const history = join(tempFolder(t), 'history.gz');
    const server = await startServer(t, {
      cwd,
      app: `wsgi_${framework}:application`,
      args: ['--workers', '2', '--history', history],
      env: { PYTHONWARNINGS: 'always' },
    });
    const stream = await server.stream();
    for (const round of [1, 2]) {
      const requests = [
        send(`${server.url}${PATH}${QUERY}&round=${round}`, form()),
        send(`${server.url}${PATH}${QUERY}&round=${round}`, json()),
        send(`${server.url}${GIVE}&round=${round}`, { headers: HEADERS }),
      ];
      const statuses = (await Promise.all(requests)).map(({ status }) => status);
      assert.deepEqual(statuses, [500, 500, 200]);
      if (round === 1) await stream.command('reload', {});
    }

    const ended = (await Promise.all([1, 2].map((round) => endedOf(round)))).flat();
    const answers = [];
    for (const { request } of ended) answers.push(await stream.command('request', { request }));
    const spilt = answers.filter(({ request }) => request['url.path'].startsWith('/spill'));
    assert.equal(spilt.length, 4);
    for (const { logs, exceptions, trace } of spilt) {
      assert.ok(logs.length >= 5, 'lines were told');
      assert.equal(exceptions[0]?.['exception.type'], 'ValueError');
      assert.ok(exceptions[0]?.frames.some(({ locals = [] }) => locals.length > 3));
      assert.ok(trace?.spans.some(({ kind }) => kind === 'sql'));
      assert.ok(trace?.spans.some(({ kind }) => kind === 'http'));
      assert.equal(trace?.request_headers.length ? trace.request_body?.redacted : false, true);
      assert.match(trace?.request_body?.text ?? '', /Ann/);
    }
    assertNone('the answers of commands', JSON.stringify(answers));
    for (const { request } of spilt) {
      for (const format of FORMATS) {
        const { name, text } = await stream.command('export', {
          requests: [request.request],
          format,
        });
        assertNone(name, text);
      }
    }
    for (const format of ['har', 'otlp'] as const) {
      const { name, text } = await stream.command('export', { requests: [], format });
      assertNone(`${name} of all`, text);
    }
    assertNone('the stream', JSON.stringify(stream.events));
    const wires = readdirSync(cwd).filter((name) => name.startsWith('wire-'));
    assert.ok(wires.length >= 3, 'workers of two generations');
    for (const wire of wires) assertNone(wire, readFileSync(join(cwd, wire), 'utf8'));
    await server.stop();
    const kept = String(gunzipSync(readFileSync(history)));
    for (const { request } of ended) assert.ok(kept.includes(request));
    assertNone('the history', kept);

    async function endedOf(round: number) {
      const isIt = (query: string): boolean => query.endsWith(`round=${round}`);
      const found = () =>
        stream.events.flatMap((event) =>
          event.type === 'request.ended' && isIt(event['url.query']) ? [event] : [],
        );
      while (found().length < 3) {
        const known = found();
        await stream.event(
          'request.ended',
          (event) => isIt(event['url.query']) && !known.includes(event),
        );
      }
      return found();
    }
  });
}

const form = () => ({
  method: 'POST',
  headers: { ...HEADERS, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(FORM).toString(),
});

const json = () => ({
  method: 'POST',
  headers: { ...HEADERS, 'Content-Type': 'application/json' },
  body: JSON.stringify({ ...FORM, deep: [{ credentials: { user: 'plantedDeep1' } }] }),
});

function assertNone(where: string, text: string): void {
  const found = [...text.matchAll(PLANTED)].map(
    ({ 0: secret, index }) => `${secret} in …${text.slice(Math.max(0, index - 160), index + 60)}…`,
  );
  assert.deepEqual(found.slice(0, 5), [], `${found.length} in ${where}`);
}
