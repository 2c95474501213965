/** A request as Markdown: what matters first, within bounds, and captured text stays text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Captured } from '../../../../server/formats/captured.ts';
import { markdown } from '../../../../server/formats/markdown/markdown.ts';
import type { KeptEvent } from '../../../../server/stream/protocol.ts';
import { captured, ORIGIN } from '../../../support/handingOver.ts';
import { exception, log, ROOT, sequencer, type Unkept } from '../../../support/streamEvents.ts';
import { ordersTrace, paymentTrace } from '../../../support/traceSamples.ts';

const number = sequencer();
const kept = <Type extends KeptEvent['type']>(event: Unkept<Extract<KeptEvent, { type: Type }>>) =>
  number(event as Unkept) as Extract<KeptEvent, { type: Type }>;

const orders = (): Captured =>
  captured(
    {
      'url.path': '/orders/',
      'url.query': 'page=2',
      view: 'orders.views.OrderList.get',
      framework: 'django',
      totals: { sql: { count: 98, duration: 219_000 } },
      before: {
        request: 'b',
        generation: 6,
        duration: 655_000,
        'http.response.status_code': 200,
        totals: { sql: { count: 181, duration: 400_000 } },
      },
    },
    ordersTrace(),
  );

test('what a person would ask for is in it', () => {
  const text = markdown(orders(), ORIGIN);
  for (const part of [
    '# `GET /orders/?page=2`: 200 in 12 ms',
    'View `orders.views.OrderList.get`',
    'generation 6): 655 ms, SQL 181 ×',
    'Python 3.12.4, django 5.2.8',
    '**N+1 queries**: 95 × ',
    '`orders/templates/orders/list.html:14` and `orders/views.py:31',
    '-- 95 ×, 209 ms, orders/views.py:31 in OrderList.get',
  ]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.ok(!text.includes(ROOT), 'paths count from the root');
});

test('a failed one: exception, last lines, what was posted and answered', () => {
  const failed = captured({ 'http.response.status_code': 500 }, paymentTrace());
  failed.exceptions.push(kept<'exception'>(exception('e1', { kind: 'answered' })));
  for (let line = 1; line <= 30; line += 1) failed.logs.push(kept<'log'>(log(`line ${line}`)));
  const text = markdown(failed, ORIGIN);
  assert.match(
    text,
    /orders\/payment\.py:17 in charge\n {4}amount = form\["amount"\]\nKeyError: 'amount'/,
  );
  assert.ok(!text.includes('site-packages'), 'own frames only');
  assert.match(text, /the last 10 of 30 lines/);
  assert.ok(text.includes('line 30') && !text.includes('line 20\n'));
  assert.match(text, /note=gift\+wrap.*payment failed/s);
});

test('it is bounded, whatever was captured, and says what it leaves out', () => {
  const large = captured({
    'url.path': `/${'x'.repeat(10_000)}`,
    totals: { sql: { count: 9, duration: 9 } },
  });
  const [span] = ordersTrace().spans.filter(({ kind }) => kind === 'sql');
  assert.ok(large.trace && span);
  for (let count = 0; count < 50; count += 1) {
    large.trace.spans.push({ ...span, text: `SELECT ${count} ${'y'.repeat(5_000)}` });
    large.logs.push(kept<'log'>(log('z'.repeat(8_000))));
    large.exceptions.push(
      kept<'exception'>(exception(`e${count}`, { 'exception.message': 'm'.repeat(9_000) })),
    );
  }
  const body = { size: 60_000, content_type: 'text/plain', text: 'b'.repeat(60_000), cut: 0 };
  large.trace.request_body = body;
  const text = markdown(large, ORIGIN);
  assert.ok(text.length < 9_000, `${text.length}`);
  assert.match(text, /45 other statements/);
});

test('no captured text ends its fence, or is markup', () => {
  const evil = captured({ 'url.path': '/`**x**`\n# heading' });
  evil.logs.push(kept<'log'>(log('```\n# heading\n````')));
  const text = markdown(evil, ORIGIN);
  assert.match(text, /^`{5}text\nlogging: ```\n# heading\n````\n`{5}$/m);
  assert.ok(text.startsWith('# ``GET /`**x**` # heading``: 200'), text);
});
