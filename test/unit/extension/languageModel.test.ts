/** What the language-model tools tell of requests. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerRequest, answerRequests } from '../../../extension/languageModel/answers.ts';
import { bounded, profileText, routesText } from '../../../extension/languageModel/texts.ts';
import type { Servers } from '../../../extension/servers.ts';
import type { KeptEvent, Profile, RequestEnded } from '../../../server/stream/protocol.ts';
import * as make from '../../support/streamEvents.ts';

const before = {
  request: make.requestId(9),
  generation: 1,
  duration: 655_000,
  'http.response.status_code': 200,
  totals: {},
};

const slow: Partial<RequestEnded> = {
  duration: 412_000,
  totals: { sql: { count: 101, duration: 240_000 } },
  findings: ['n+1'],
  view: 'orders.views.list',
  before,
};

function events(): KeptEvent[] {
  const tell = make.sequencer();
  return [
    make.ended(1, slow),
    make.ended(2),
    make.exception('e', { request: make.requestId(3) }),
    make.ended(3, { 'http.response.status_code': 500, exceptions: 1 }),
  ].map(tell);
}

const profile: Profile = {
  rate: 100,
  start: 50_000,
  frames: [
    {
      'code.file.path': '/app/prices.py',
      'code.line.number': 14,
      'code.function.name': 'quote',
      own: true,
    },
    {
      'code.file.path': '/lib/json.py',
      'code.line.number': 3,
      'code.function.name': 'dumps',
      own: false,
    },
  ],
  stacks: [[0, 1], [1]],
  samples: [
    [0, 200_000, 'running'],
    [1, 50_000, 'waiting'],
    [0, 100_000, 'running'],
  ],
};

/** A server that runs `app` and answers as one with these events does. */
function serversOf(app = 'wsgi:application'): Servers {
  const answers: Record<string, unknown> = {
    export: { text: '# GET /orders/1' },
    request: { trace: { profile } },
    compare: { before: { request: before.request }, words: ['655 → 412 ms', 'SQL 181 → 101'] },
    routes: { routes: [] },
  };
  const server = {
    options: { app },
    history: { after: () => events() },
    send: async (command: string) => answers[command],
  };
  const host = { options: { app }, server };
  return { all: [host], current: host } as unknown as Servers;
}

test('the last requests, a line each, the newest first', async () => {
  const text = await answerRequests(serversOf(), {});
  const [heading, ...lines] = text.split('\n');
  assert.equal(heading, '3 of 3 requests, the newest first:');
  assert.match(lines[0] ?? '', /GET \/orders\/3, status 500, 12 ms, exceptions: 1/);
  assert.match(
    lines[2] ?? '',
    /^- 0+1: GET \/orders\/1, status 200, 412 ms, sql 101 \(240 ms\), found: n\+1, view orders\.views\.list, before the last edit: 655 ms, 2026-/,
  );
});

test('filtered with the panel’s grammar, at most so many', async () => {
  const told = (filter: string, limit = 20) => answerRequests(serversOf(), { filter, limit });
  assert.match(await told('slower:200ms'), /^1 of 1 requests.*\n- 0+1: /);
  assert.match(await told('exception:KeyError'), /^1 of 1 requests.*\n- 0+3: /);
  assert.match(await told('-has:error', 1), /^1 of 2 requests.*\n- 0+2: /);
  await assert.rejects(told('slower:very'), /"slower:very" in the filter: takes a time/);
});

test('one request: the last, the slowest, by its id', async () => {
  const told = (request?: string) => answerRequest(serversOf(), request ? { request } : {});
  assert.match(await told(), /^Request 0+3\n/);
  assert.match(await told(make.requestId(2)), /^Request 0+2\n/);
  await assert.rejects(told('abc'), /abc is not kept.*prefork_requests/);
  const text = await told('slowest');
  assert.match(text, /^Request 0+1\n\n## Compared .*\n- 655 → 412 ms\n- SQL 181 → 101\n/);
  assert.match(text, /- 300 ms \/app\/prices\.py:14 quote\(\), running\n/);
  assert.match(text, /# GET \/orders\/1$/);
});

test('which server is meant', async () => {
  const told = (server: string) => answerRequests(serversOf(), { server });
  assert.match(await told('wsgi:application'), /^3 of 3/);
  await assert.rejects(told('other:app'), /No server of other:app .* but of wsgi:application/);
  const none = { all: [], current: undefined } as unknown as Servers;
  await assert.rejects(answerRequests(none, {}), /No Prefork server is running.*Start Server/);
});

test('where the time of a profile went, own lines by what they cost', () => {
  assert.deepEqual(profileText(profile).split('\n').slice(1), [
    '- 300 ms /app/prices.py:14 quote(), running',
    '- 50 ms outside of the app’s own code, waiting',
  ]);
});

test('a route in one line; no text is longer than a model wants to read', () => {
  const route = {
    'http.request.method': 'GET',
    'http.route': '/orders/<int:pk>',
    view: null,
    count: 7,
    errors: 1,
    median: 40_000,
    p95: 90_000,
    slowest: 412_000,
    sql: { count: 3, duration: 900 },
    findings: ['n+1' as const],
    last: { ...before, duration: 412_000 },
    before,
  };
  assert.equal(
    routesText([route]).split('\n')[1],
    '- GET /orders/<int:pk>: 7 requests, 1 errors, median 40 ms, p95 90 ms, slowest 412 ms, ' +
      'SQL 3 (0.9 ms), found: n+1, last edit: 655 ms → 412 ms',
  );
  assert.equal(bounded('short'), 'short');
  assert.match(bounded('x'.repeat(20_000)), /x\n… \(cut: 4000 characters\)$/);
});
