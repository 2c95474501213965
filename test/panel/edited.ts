/** A page before and after an edit that mends its N+1, for what compares the two. */

import * as make from '../support/streamEvents.ts';
import { CUSTOMER_SQL, ORDERS_SQL, place, span, totalsOf, trace } from '../support/traceSamples.ts';
import type { Stage } from './harness.ts';

export const SLOW = 30;
export const MENDED = 31;

const database = { 'db.system.name': 'postgresql', 'db.namespace': 'default' };
const view = (line: number) => place('shop/views.py', line, 'basket');

const body = (items: object[]) => ({
  size: 900 + 10 * items.length,
  content_type: 'application/json',
  text: JSON.stringify({ basket: 9, items, total: 120 }),
  cut: 0,
});

const items = Array.from({ length: 12 }, (_, number) => ({ item: number, price: 10 }));

export const slowTrace = () =>
  trace(
    [
      span('view', 'shop.views.basket', [300, 98_000], { site: view(10) }),
      span('sql', ORDERS_SQL, [900, 4000], { ...database, parent: 0, site: view(12) }),
      ...Array.from({ length: 40 }, (_, number) =>
        span('sql', CUSTOMER_SQL, [5000 + number * 2200, 2000], {
          ...database,
          parent: 0,
          site: view(14),
          parameters_digest: String(number),
        }),
      ),
    ],
    {
      findings: [{ kind: 'n+1', text: CUSTOMER_SQL, site: view(14), count: 40, wasted: 78_000 }],
      request_headers: [['Accept', 'application/json']],
      response_headers: [['Content-Type', 'application/json']],
      response_body: body(items),
    },
  );

export const mendedTrace = () =>
  trace(
    [
      span('view', 'shop.views.basket', [300, 20_500], { site: view(10) }),
      span('sql', ORDERS_SQL, [900, 4100], { ...database, parent: 0, site: view(12) }),
      span('cache', 'get_many basket:9', [6000, 700], {
        parent: 0,
        site: view(15),
        'db.system.name': 'redis',
      }),
    ],
    {
      request_headers: [
        ['Accept', 'application/json'],
        ['If-None-Match', '"4f"'],
      ],
      response_headers: [
        ['Content-Type', 'application/json'],
        ['ETag', '"50"'],
      ],
      response_body: body(items.map((item) => (item.item === 6 ? { item: 6, price: 12 } : item))),
    },
  );

const page = { 'url.path': '/basket', 'http.route': '/basket', view: 'shop.views.basket' };

/** The same page on generations 1 and 2: the store itself tells of the run before. */
export function recordEdited({ recordTraced }: Pick<Stage, 'recordTraced'>): void {
  const [slow, mended] = [slowTrace(), mendedTrace()];
  const of = { ...page, framework: 'django' } as const;
  recordTraced(
    make.ended(SLOW, { ...of, duration: 99_000, totals: totalsOf(slow), findings: ['n+1'] }),
    slow,
  );
  recordTraced(
    make.ended(MENDED, { ...of, duration: 21_400, generation: 2, totals: totalsOf(mended) }),
    mended,
  );
}
