/** Files that are taken in: our own come back whole, others' as well as can be, broken ones say where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandOver } from '../../../../server/formats/commands.ts';
import type { NewEvent } from '../../../../server/stream/events.ts';
import type { Commands, RequestEnded } from '../../../../server/stream/protocol.ts';
import { createStore, type Store } from '../../../../server/stream/store.ts';
import type { Trace } from '../../../../server/stream/trace.ts';
import { ORIGIN } from '../../../support/handingOver.ts';
import {
  EPOCH,
  ended,
  exception,
  log,
  requestId,
  started,
  type Unkept,
} from '../../../support/streamEvents.ts';
import { ordersTrace, paymentTrace, place, totalsOf } from '../../../support/traceSamples.ts';

const handOver = (store: Store) => createHandOver(store, () => ORIGIN);

function record(store: Store, event: Unkept, traced?: Trace): void {
  const times = { time: EPOCH + 12_000, started: EPOCH };
  store.record({ ...times, ...event } as NewEvent, traced && { bytes: 1, open: () => traced });
}

async function taken(text: string, name = 'file.json') {
  const store = createStore();
  const { requests } = await handOver(store).import({ name, text });
  const details = requests.map((id) => store.request(id));
  return { store, details: details as Commands['request']['gives'][] };
}

const PROFILED: Partial<Trace> = {
  tracestate: 'vendor=1',
  groups: [
    {
      kind: 'sql',
      text: 'SELECT 1',
      site: place('a.py', 3),
      count: 90,
      duration: 900,
      longest: 20,
    },
  ],
  profile: {
    rate: 100,
    start: 50_000,
    frames: [{ ...place('a.py', 3), 'code.function.name': 'f', own: true }],
    stacks: [[0]],
    samples: [[0, 10_000, 'waiting']],
  },
};

async function exported(format: 'har' | 'otlp'): Promise<{ store: Store; text: string }> {
  const store = createStore();
  const cookie: [string, string] = ['Cookie', 'sessionid=[hidden]; theme=[hidden]'];
  const orders = { ...ordersTrace(), ...PROFILED, request_headers: [cookie] };
  record(
    store,
    log('of the first', { request: requestId(1), logger: 'orders', 'code.line.number': 3 }),
  );
  record(store, exception('00000000000000e1', { request: requestId(1), kind: 'answered' }));
  const route = {
    'http.route': '/orders/',
    view: 'orders.views.OrderList.get',
    framework: 'django',
  } as const;
  record(
    store,
    ended(1, {
      ...route,
      'http.response.status_code': 500,
      totals: totalsOf(orders),
      findings: ['n+1', 'duplicate'],
      logs: 1,
      exceptions: 1,
    }),
    orders,
  );
  const path = Buffer.from('/ü/%41 b').toString('latin1');
  record(
    store,
    ended(2, { 'http.request.method': 'POST', 'url.path': path, 'url.query': 'a=%zz&b=[hidden]' }),
    paymentTrace(),
  );
  record(store, ended(3, { detail: 'summary' }));
  record(store, started(4));
  const { text } = await handOver(store).export({ requests: [], format });
  return { store, text };
}

/** What an import cannot know, or gives anew. */
const NEW = { worker: 0, generation: 0, 'process.pid': 0, 'thread.id': 0 };

test('our own HAR comes back whole', async () => {
  const { store, text } = await exported('har');
  const { details } = await taken(text);
  assert.equal(details.length, 4);
  for (const number of [1, 2, 3]) {
    const before = store.request(requestId(number));
    const after = details.find(({ request }) => request.request === requestId(number));
    assert.ok(before && after);
    const { sequence: _, before: __, ...request } = before.request as RequestEnded;
    const { sequence: ___, ...got } = after.request;
    assert.deepEqual(got, { ...request, ...NEW, imported: 'har' });
    if (before.trace) assert.deepEqual(after.trace, before.trace);
    assert.deepEqual(after.trace?.spans, before.trace?.spans ?? []);
    const told = (events: object[]) =>
      events.map((event) =>
        JSON.parse(JSON.stringify({ ...event, started: 0, sequence: 0, ...NEW })),
      );
    assert.deepEqual(told(after.logs), told(before.logs));
    assert.deepEqual(told(after.exceptions), told(before.exceptions));
  }
});

test('what belongs to a request is told of before its end, as a worker does', async () => {
  const { text } = await exported('har');
  const store = createStore();
  const { requests } = await handOver(store).import({ name: 'shop.har', text });
  const types = store
    .history(0)
    .filter((event) => 'request' in event && event.request === requests[0])
    .map(({ type }) => type);
  assert.deepEqual(types, ['log', 'exception', 'request.ended']);
});

test('our own OTLP comes back with its spans, lines and exceptions', async () => {
  const { store, text } = await exported('otlp');
  const { details } = await taken(text);
  const before = store.request(requestId(1));
  const after = details.find(({ request }) => request.request === requestId(1));
  assert.ok(before?.trace && after?.trace);
  const { request } = after;
  assert.ok(request.type === 'request.ended' && before.request.type === 'request.ended');
  for (const name of [
    'started',
    'duration',
    'phases',
    'findings',
    'http.route',
    'view',
    'trace_id',
    'cpu',
  ] as const) {
    assert.deepEqual(request[name], before.request[name], name);
  }
  assert.deepEqual(request.totals.sql, before.request.totals.sql);
  const withoutIds = after.trace.spans.map(({ attributes: { span_id: _, ...known }, ...span }) => ({
    ...span,
    attributes: known,
  }));
  assert.deepEqual(withoutIds, before.trace.spans);
  assert.deepEqual(after.trace.groups, before.trace.groups);
  assert.equal(after.logs[0]?.body, 'of the first');
  assert.equal(
    after.exceptions[0]?.['exception.stacktrace'],
    before.exceptions[0]?.['exception.stacktrace'],
  );
});

test('what is imported where it is from stands beside it', async () => {
  const { store, text } = await exported('har');
  const { requests } = await handOver(store).import({ name: 'again.har', text });
  assert.equal(new Set([...requests, ...[1, 2, 3, 4].map(requestId)]).size, 8);
  assert.deepEqual(
    store.request(requests[0] ?? '')?.logs.map(({ body }) => body),
    ['of the first'],
  );
});

const CHROME = {
  log: {
    version: '1.2',
    creator: { name: 'WebInspector', version: '537.36' },
    pages: [],
    entries: [
      {
        _initiator: { type: 'other' },
        _priority: 'VeryHigh',
        cache: {},
        connection: '443',
        request: {
          method: 'POST',
          url: 'https://shop.example/caf%C3%A9?page=2&access_token=hidden4711#top',
          httpVersion: 'http/2.0',
          headers: [
            { name: ':authority', value: 'shop.example' },
            { name: 'cookie', value: 'sessionid=hidden4711; theme=hidden4711' },
            { name: 'authorization', value: 'Bearer hidden4711' },
          ],
          queryString: [],
          cookies: [],
          headersSize: -1,
          bodySize: 40,
          postData: {
            mimeType: 'application/json',
            text: '{"user": "ann", "password": "hidden\\"4711"}',
          },
        },
        response: {
          status: 200,
          statusText: '',
          httpVersion: 'http/2.0',
          headers: [{ name: 'set-cookie', value: 'sessionid=hidden4711; Path=/' }],
          cookies: [],
          content: { size: 5, mimeType: 'text/plain', text: 'aGVsbG8=', encoding: 'base64' },
          redirectURL: '',
          headersSize: -1,
          bodySize: -1,
          _transferSize: 300,
          _error: null,
        },
        serverIPAddress: '10.0.0.1',
        startedDateTime: '2026-11-22T10:41:39.123Z',
        time: 100.5,
        timings: {
          blocked: 2,
          dns: -1,
          ssl: -1,
          connect: -1,
          send: 0.5,
          wait: 90,
          receive: 8,
          _blocked_queueing: 1,
        },
      },
    ],
  },
};

test('a browser’s HAR opens, without its secrets', async () => {
  const { details } = await taken(JSON.stringify(CHROME));
  const [only] = details;
  assert.ok(only?.trace && only.request.type === 'request.ended');
  const { request, trace: traced } = only;
  assert.deepEqual(
    [
      request['http.request.method'],
      request['url.path'],
      request['url.query'],
      request['http.response.status_code'],
    ],
    ['POST', '/cafÃ©', 'page=2&access_token=[hidden]', 200],
  );
  assert.deepEqual([request.duration, request.started], [100_500, 1_795_344_099_123_000]);
  assert.deepEqual(request.phases, {
    read: 2_500,
    app: 90_000,
    iterate: 8_000,
    write: null,
    close: null,
  });
  assert.equal(traced.response_body?.text, 'hello');
  assert.match(traced.request_body?.text ?? '', /"ann", "password": "\[hidden\]"/);
  assert.ok(!/hidden4711|hidden\\"4711/.test(JSON.stringify(only)));
});

const times = { startTimeUnixNano: '1795344099000000000', endTimeUnixNano: '1795344099040000000' };
const TRACE = '5b8efff798038103d269b633813fc60c';
const JAEGER = {
  result: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'stock' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: TRACE,
                spanId: 'eee19b7ec3c1b174',
                name: 'GET /items',
                kind: 'SPAN_KIND_SERVER',
                ...times,
                attributes: [
                  { key: 'http.method', value: { stringValue: 'GET' } },
                  { key: 'http.target', value: { stringValue: '/items?page=2' } },
                  { key: 'http.status_code', value: { intValue: 503 } },
                ],
                status: { code: 'STATUS_CODE_ERROR' },
              },
              {
                traceId: TRACE,
                spanId: 'eee19b7ec3c1b175',
                parentSpanId: 'eee19b7ec3c1b174',
                name: 'select',
                kind: 3,
                startTimeUnixNano: '1795344099010000000',
                endTimeUnixNano: '1795344099015000500',
                attributes: [
                  { key: 'db.system', value: { stringValue: 'postgresql' } },
                  { key: 'db.statement', value: { stringValue: 'SELECT 1' } },
                  { key: 'code.filepath', value: { stringValue: '/a.py' } },
                  { key: 'code.lineno', value: { intValue: '7' } },
                ],
                events: [
                  {
                    timeUnixNano: '1795344099012000000',
                    name: 'exception',
                    attributes: [{ key: 'exception.type', value: { stringValue: 'Timeout' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
};

test('another’s OTLP opens: older names, enumerations by name, Jaeger’s wrapping, one a line', async () => {
  const line = JSON.stringify(JAEGER.result);
  for (const text of [
    JSON.stringify(JAEGER, null, 2),
    line,
    `${line}\n${JSON.stringify({ resourceLogs: [] })}\n`,
  ]) {
    const { details } = await taken(text);
    const [only] = details;
    assert.ok(only?.trace && only.request.type === 'request.ended');
    const { request } = only;
    assert.deepEqual(
      [
        request['url.path'],
        request['url.query'],
        request['http.response.status_code'],
        request.view,
      ],
      ['/items', 'page=2', 503, 'stock'],
    );
    assert.deepEqual(
      [request.trace_id, request.request, request.duration],
      [TRACE, 'eee19b7ec3c1b174', 40_000],
    );
    const [span] = only.trace.spans;
    assert.deepEqual(
      [span?.kind, span?.text, span?.start, span?.duration],
      ['sql', 'SELECT 1', 10_000, 5_000],
    );
    assert.equal(span?.site?.['code.line.number'], 7);
    assert.equal(only.exceptions[0]?.['exception.type'], 'Timeout');
  }
});

const broken = (change: (entry: Record<string, unknown>) => void): string => {
  const copy = structuredClone(CHROME);
  change(copy.log.entries[0] as Record<string, unknown>);
  return JSON.stringify(copy);
};

const REFUSED: Record<string, [text: string, error: RegExp]> = {
  'no JSON': ['{"log": {\n"entries": [,]}}', /^file\.json: not JSON.*\[,\]\}\}/],
  'cut off': ['{"log": {"entries": [', /not JSON/],
  'a line that is none': ['{"resourceSpans": []}\n{"resource\n', /^file\.json: line 2: not JSON/],
  nothing: ['', /not JSON/],
  'something else': ['{"a": 1}', /neither HAR/],
  'a number': ['5', /neither HAR/],
  'no entries': ['{"log": {}}', /log\.entries: a list is expected, not nothing/],
  empty: ['{"log": {"entries": []}}', /no request/],
  'an entry without a request': [
    broken((entry) => delete entry['request']),
    /log\.entries\[0\]\.request: an object is expected/,
  ],
  'a wrong date': [
    broken((entry) => (entry['startedDateTime'] = 'x')),
    /log\.entries\[0\]\.startedDateTime/,
  ],
  'a wrong method': [
    broken((entry) => Object.assign(entry['request'] as object, { method: 5 })),
    /request\.method: a text is expected, not number/,
  ],
  'a span of no span': [
    broken(
      (entry) =>
        (entry['_prefork'] = {
          request: {},
          logs: [],
          exceptions: [],
          trace: {
            spans: [
              {
                kind: 'sql',
                parent: 9,
                start: 0,
                duration: 1,
                text: '',
                site: null,
                attributes: {},
              },
            ],
            groups: [],
            findings: [],
          },
        }),
    ),
    /trace\.spans\[0\]\.parent/,
  ],
  'a wrong id': [
    JSON.stringify(JAEGER).replace(TRACE, 'zz'),
    /resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[0\]\.traceId/,
  ],
  'a wrong time': [
    JSON.stringify(JAEGER).replace('1795344099000000000', 'now'),
    /startTimeUnixNano: nanoseconds/,
  ],
};

for (const [what, [text, error]] of Object.entries(REFUSED)) {
  test(`refused, and nothing of it kept: ${what}`, async () => {
    const store = createStore();
    await assert.rejects(
      async () => handOver(store).import({ name: 'file.json', text }),
      ({ message }: Error) => {
        assert.match(message, error);
        return true;
      },
    );
    assert.deepEqual(store.ended(), []);
  });
}

test('too large, or too many', async () => {
  const { import: take } = handOver(createStore());
  const large = JSON.stringify(CHROME) + ' '.repeat(33 * 1024 * 1024);
  await assert.rejects(async () => take({ name: 'a.har', text: large }), /at most 32 MiB/);
  const [entry] = CHROME.log.entries;
  const many = JSON.stringify({ log: { entries: Array.from({ length: 5_001 }, () => entry) } });
  await assert.rejects(
    async () => take({ name: 'a.har', text: many }),
    /5001 requests are too many/,
  );
});

test('a chain of spans as long as the file', async () => {
  const id = (number: number) => number.toString(16).padStart(16, '0');
  const spans = Array.from({ length: 20_000 }, (_, at) => ({
    traceId: TRACE,
    spanId: id(at + 1),
    parentSpanId: at === 0 ? '' : id(at),
    name: `f${at}`,
    ...times,
  }));
  const { details } = await taken(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  assert.equal(details.length, 1);
  assert.equal(details[0]?.trace?.spans.length, 5_000);
});
