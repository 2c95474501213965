/** Traces with plausible contents, and one of any size, for tests of what a panel shows of them. */

import type {
  Place,
  Span,
  SpanAttributes,
  SpanKind,
  Totals,
  Trace,
} from '../../server/stream/trace.ts';
import { ROOT } from './streamEvents.ts';

export const place = (file: string, line: number, name?: string): Place => ({
  'code.file.path': `${ROOT}/${file}`,
  'code.line.number': line,
  ...(name === undefined ? {} : { 'code.function.name': name }),
});

interface Told extends Partial<Pick<Span, 'parent' | 'site' | 'error.type'>>, SpanAttributes {}

/** Attributes and the rest in one; the parent is an index. */
export function span(
  kind: SpanKind,
  text: string,
  [start, duration]: [start: number, duration: number],
  { parent = null, site = null, 'error.type': error, ...attributes }: Told = {},
): Span {
  const failed = error === undefined ? {} : { 'error.type': error };
  return { kind, parent, start, duration, text, site, attributes, ...failed };
}

export const trace = (spans: Span[], changes: Partial<Trace> = {}): Trace => ({
  spans,
  groups: [],
  findings: [],
  request_headers: [],
  response_headers: [],
  request_body: null,
  response_body: null,
  ...changes,
});

/** As the worker counts them. */
export function totalsOf({ spans, groups }: Trace): Totals {
  const totals: Totals = {};
  for (const { kind, duration, ...rest } of [...spans, ...groups]) {
    const total = totals[kind] ?? { count: 0, duration: 0 };
    totals[kind] = total;
    total.count += 'count' in rest ? rest.count : 1;
    total.duration += duration;
  }
  return totals;
}

export const ORDERS_SQL =
  'SELECT "orders_order"."id", "orders_order"."number", "orders_order"."placed", "orders_order"."total" FROM "orders_order" INNER JOIN "shop_user" ON ("orders_order"."user_id" = "shop_user"."id") WHERE "orders_order"."state" = %s AND "orders_order"."placed" BETWEEN %s AND %s ORDER BY "orders_order"."placed" DESC LIMIT 100';
export const CUSTOMER_SQL =
  'SELECT "shop_customer"."id", "shop_customer"."name" FROM "shop_customer" WHERE "shop_customer"."id" = %s LIMIT 21';

const database = { 'db.system.name': 'postgresql', 'db.namespace': 'default' };
const list = place('orders/templates/orders/list.html', 14);
const view = place('orders/views.py', 31, 'OrderList.get');

/** The queries that a template fires in its loop, 4 ms apart, each 2.2 ms. */
const inLoop = (count: number, parent: number, from: number): Span[] =>
  Array.from({ length: count }, (_, number) =>
    span('sql', CUSTOMER_SQL, [from + number * 4000, 2200], {
      ...database,
      parent,
      site: view,
      template: list,
      parameters: `(${1000 + number},)`,
      parameters_digest: String(number),
      'db.response.returned_rows': 1,
      fetch: 400,
    }),
  );

/** A Django page with an N+1 in its template, a cache, a service that it asks, middleware. */
export function ordersTrace(): Trace {
  const spans = [
    span('middleware', 'django.contrib.sessions.middleware.SessionMiddleware', [300, 404_000]),
    span('middleware', 'django.contrib.auth.middleware.AuthenticationMiddleware', [420, 403_400], {
      parent: 0,
    }),
    span('view', 'orders.views.OrderList.get', [900, 402_000], {
      parent: 1,
      site: place('orders/views.py', 24, 'OrderList.get'),
    }),
    span('cache', 'get orders:filters:42', [1200, 310], {
      parent: 2,
      site: place('orders/filters.py', 9, 'load'),
      'db.system.name': 'redis',
      'db.namespace': 'default',
      hits: 0,
      keys: 1,
    }),
    span('sql', ORDERS_SQL, [1900, 8400], {
      ...database,
      parent: 2,
      site: view,
      parameters: "('open', datetime.date(2026, 11, 1), datetime.date(2026, 11, 22))",
      parameters_digest: 'a',
      'db.response.returned_rows': 97,
      fetch: 5200,
    }),
    span('http', 'https://rates.example/v2/latest?base=EUR&key=[hidden]', [10_600, 3800], {
      parent: 2,
      site: place('orders/rates.py', 18, 'latest'),
      'http.request.method': 'GET',
      'http.response.status_code': 503,
      'error.type': 'HTTPError',
    }),
    span('http', 'https://rates.example/v2/latest?base=EUR&key=[hidden]', [14_500, 4100], {
      parent: 2,
      site: place('orders/rates.py', 18, 'latest'),
      'http.request.method': 'GET',
      'http.response.status_code': 200,
    }),
    span('cache', 'set rates:EUR', [18_700, 280], {
      parent: 2,
      site: place('orders/rates.py', 22, 'latest'),
      'db.system.name': 'redis',
      'db.namespace': 'default',
    }),
    span('template', 'orders/list.html', [19_200, 383_000], { parent: 2, site: view }),
    span('template', 'orders/row.html', [20_000, 380_000], { parent: 8 }),
  ];
  spans.push(...inLoop(95, 9, 20_400));
  spans.push(
    span('sql', 'SELECT COUNT(*) AS "__count" FROM "orders_order"', [400_300, 900], {
      ...database,
      parent: 8,
      site: view,
      parameters: '()',
      parameters_digest: 'c',
      'db.response.returned_rows': 1,
    }),
    span('sql', 'SELECT COUNT(*) AS "__count" FROM "orders_order"', [401_300, 850], {
      ...database,
      parent: 8,
      site: view,
      parameters: '()',
      parameters_digest: 'c',
      'db.response.returned_rows': 1,
    }),
  );
  return trace(spans, {
    findings: [
      { kind: 'n+1', text: CUSTOMER_SQL, site: view, template: list, count: 95, wasted: 206_800 },
      {
        kind: 'duplicate',
        text: 'SELECT COUNT(*) AS "__count" FROM "orders_order"',
        site: view,
        count: 2,
        wasted: 850,
      },
    ],
    request_headers: [
      ['Host', '127.0.0.1:8000'],
      ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
      ['Accept', 'text/html,application/xhtml+xml'],
      ['Cookie', 'sessionid=[hidden]; theme=dark'],
    ],
    response_headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Vary', 'Cookie'],
      ['Server-Timing', 'app;dur=405.1, db;dur=219.1;desc="98 queries"'],
    ],
    response_body: {
      size: 48_120,
      content_type: 'text/html; charset=utf-8',
      text: '<!doctype html>\n<html lang="en">\n  <head>\n    <title>Orders</title>\n  </head>\n</html>\n',
      cut: 0,
    },
  });
}

/** What a form that fails has sent. */
export const paymentTrace = (): Trace =>
  trace(
    [
      span('view', 'orders.views.pay', [400, 36_000], {
        site: place('orders/views.py', 40, 'pay'),
      }),
      span('sql', 'UPDATE "orders_order" SET "state" = %s WHERE "id" = %s', [2000, 4200], {
        ...database,
        parent: 0,
        site: place('orders/payment.py', 12, 'charge'),
        parameters: "('paying', 9)",
        'db.response.returned_rows': 1,
      }),
    ],
    {
      request_headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Authorization', 'Bearer [hidden]'],
      ],
      request_body: {
        size: 41,
        content_type: 'application/x-www-form-urlencoded',
        text: 'order=9&card=%5Bhidden%5D&note=gift+wrap',
        cut: 0,
        redacted: true,
      },
      response_headers: [['Content-Type', 'application/json']],
      response_body: {
        size: 52,
        content_type: 'application/json',
        text: '{"error":"payment failed","order":9,"retry":true}',
        cut: 0,
      },
    },
  );

const KINDS: SpanKind[] = ['template', 'sql', 'cache', 'sql', 'http'];

/** So many spans, three deep, of forty statements and a thousand parameters. */
export function largeTrace(count: number): Trace {
  const spans = [span('view', 'orders.views.export', [0, count * 100], { site: view })];
  for (let number = 1; number < count; number += 1) {
    const kind = KINDS[number % KINDS.length] ?? 'sql';
    const statement = `${CUSTOMER_SQL} OFFSET ${number % 40}`;
    const parent = kind === 'template' ? 0 : 5 * Math.floor(number / 5);
    spans.push(
      span(kind, kind === 'sql' ? statement : `${kind} ${number % 100}`, [number * 100, 90], {
        parent,
        site: place('orders/export.py', number % 40, 'export'),
        ...(kind === 'sql' ? { ...database, parameters: `(${number % 1000},)` } : {}),
      }),
    );
  }
  return trace(spans);
}
