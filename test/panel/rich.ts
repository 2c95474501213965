/** The scene with what capture records of it: an N+1, a form that fails with all that is known of it. */

import type { Local, RelatedException } from '../../server/stream/exception.ts';
import type { Frame } from '../../server/stream/protocol.ts';
import { ordersProfile } from '../support/profileSamples.ts';
import * as make from '../support/streamEvents.ts';
import { ordersTrace, paymentTrace, place, totalsOf } from '../support/traceSamples.ts';
import type { Stage } from './harness.ts';
import { scene } from './scene.ts';

const local = (name: string, value: string, flag?: Local['flag']): Local =>
  flag === undefined ? { name, value } : { name, value, flag };

const frame = (file: string, line: number, name: string, source: string): Frame => ({
  ...place(file, line),
  'code.function.name': name,
  source,
  own: true,
});

const CAUSE: RelatedException = {
  relation: 'cause',
  'exception.type': 'KeyError',
  'exception.message': "'amount'",
  notes: ['while reading the form of order 9'],
  frames: [frame('orders/forms.py', 8, 'amount_of', 'return Decimal(form["amount"])')],
};

/** With columns, locals, a cause and a note. */
const paymentError = (who: object): make.Unkept => {
  const plain = make.exception('e20', who) as ReturnType<typeof make.exception>;
  const frames = plain.frames.map(
    (known): Frame =>
      known['code.function.name'] === 'charge'
        ? {
            ...known,
            columns: [9, 23],
            locals: [
              local('form', "{'order': '9', 'note': 'gift wrap'}"),
              local('card', '[hidden]', 'redacted'),
              local('open_orders', '<django.db.models.query.QuerySet>', 'lazy'),
              local(
                'history',
                "[{'at': '2026-11-01', 'what': 'created'}, {'at': '2026-11-02'",
                'cut',
              ),
            ],
          }
        : known,
  );
  return {
    ...plain,
    'exception.type': 'orders.payment.PaymentError',
    'exception.message': 'order 9 cannot be charged',
    'exception.stacktrace':
      'Traceback (most recent call last):\n  File "/home/ada/shop/orders/payment.py", line 17, in charge\n    amount = form["amount"]\n             ~~~~^^^^^^^^^^\nKeyError: \'amount\'\n',
    frames,
    related: [CAUSE],
    notes: ['Retry after the form was mended.'],
    template: place('orders/templates/orders/pay.html', 12),
  };
};

/** The requests with details, after the scene. */
export const ORDERS = 20;
const PAYMENT = 21;

export function recordRich({ record, recordTraced }: Pick<Stage, 'record' | 'recordTraced'>): void {
  record(...scene());
  const orders = { ...ordersTrace(), profile: ordersProfile() };
  record(
    make.log('97 open orders', {
      request: make.requestId(ORDERS),
      generation: 2,
      logger: 'orders',
    }),
  );
  recordTraced(
    make.ended(ORDERS, {
      'url.path': '/orders/',
      'url.query': 'state=open&page=1',
      'http.route': '/orders/',
      view: 'orders.views.OrderList.get',
      framework: 'django',
      generation: 2,
      duration: 405_600,
      phases: { read: 300, app: 404_100, iterate: 700, write: 400, close: 100 },
      cpu: 161_000,
      own: 1240,
      logs: 1,
      totals: totalsOf(orders),
      findings: ['n+1', 'duplicate'],
      profiled: true,
      'http.response.body.size': 48_120,
    }),
    orders,
  );
  const payment = paymentTrace();
  const who = { request: make.requestId(PAYMENT), worker: 2, generation: 2 };
  record(
    make.log('Payment failed for order 9', { ...who, severity_number: 17, logger: 'shop.payment' }),
    paymentError(who),
  );
  recordTraced(
    make.ended(PAYMENT, {
      ...who,
      'url.path': '/checkout',
      'http.request.method': 'POST',
      'http.response.status_code': 500,
      'http.route': '/checkout',
      view: 'orders.views.pay',
      framework: 'django',
      duration: 38_000,
      logs: 1,
      exceptions: 1,
      totals: totalsOf(payment),
    }),
    payment,
  );
}
