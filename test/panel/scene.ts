/** An hour at the desk, shortened: two generations, good and bad requests, logs, an exception. */

import * as make from '../support/streamEvents.ts';

const path = (url: string, query = '') => ({ 'url.path': url, 'url.query': query });
const status = (code: number) => ({ 'http.response.status_code': code });
const POST = { 'http.request.method': 'POST' };

/** The request that fails, with a log line and an exception. */
const FAILED = 9;

const failing = (): make.Unkept[] => {
  const request = make.requestId(FAILED);
  const who = { request, worker: 2, generation: 2 };
  return [
    make.log('charging order 9', { ...who, logger: 'shop.payment', severity_number: 5 }),
    make.log('Payment failed for order 9', {
      ...who,
      logger: 'shop.payment',
      severity_number: 17,
      'code.file.path': `${make.ROOT}/orders/views.py`,
      'code.line.number': 44,
      'code.function.name': 'pay',
      exception: 'e9',
    }),
    make.exception('e9', who),
    make.ended(FAILED, {
      ...path('/pay'),
      ...POST,
      ...status(500),
      ...who,
      duration: 38_000,
      logs: 2,
      exceptions: 1,
    }),
  ];
};

/** Everything but the request that is still running when it ends. */
export const scene = (): make.Unkept[] => [
  make.server(),
  make.reload(1),
  make.worker(1, { boot: 180_000 }),
  make.worker(2, { boot: 175_000 }),
  make.log('Connected to the database', { logger: 'shop.db' }),
  make.ended(1, { ...path('/'), duration: 840 }),
  make.ended(2, { ...path('/static/site.css'), ...status(304), duration: 310, worker: 2 }),
  make.ended(3, { ...path('/orders/'), duration: 655_000, worker: 2 }),
  make.log('cache miss: orders', { source: 'stdout', request: make.requestId(4) }),
  make.ended(4, { ...path('/orders/', 'page=2&sort=date'), duration: 412_300, logs: 1 }),
  make.ended(5, { ...path('/wp-login.php'), ...status(404), duration: 2_100 }),
  make.reload(2, { files: [`${make.ROOT}/orders/views.py`, `${make.ROOT}/orders/models.py`] }),
  make.server({ generation: 2 }),
  make.worker(1, { generation: 2, boot: 22_000, requests: 12 }),
  make.worker(2, { generation: 2, boot: 24_000, requests: 9 }),
  make.ended(6, { ...path('/orders/'), duration: 98_000, generation: 2 }),
  make.ended(7, { ...path('/login'), ...POST, ...status(302), duration: 31_000, generation: 2 }),
  make.log('Slow query: 80 ms', {
    request: make.requestId(8),
    severity_number: 13,
    generation: 2,
    logger: 'shop.db',
  }),
  make.ended(8, { ...path('/orders/42'), duration: 104_000, logs: 1, generation: 2 }),
  ...failing(),
  make.ended(10, {
    ...path('/export.csv'),
    ...status(200),
    duration: 1_240_000,
    client_gone: true,
    generation: 2,
  }),
];

/** A request that starts after all that, and is still running. */
export const running = (): make.Unkept =>
  make.started(11, { ...path('/report'), worker: 1, generation: 2 });
