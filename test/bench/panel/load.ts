/** Events at a steady rate: half of them requests, half of them log lines, as a talkative app has them. */

import { setTimeout as sleep } from 'node:timers/promises';
import * as make from '../../support/streamEvents.ts';

const PATHS = ['/orders/', '/orders/42', '/pay', '/static/site.css', '/login', '/api/items?page=2'];

export function requestEvent(number: number): make.Unkept {
  const [path = '/', query = ''] = (PATHS[number % PATHS.length] as string).split('?');
  return make.ended(number, {
    'url.path': path,
    'url.query': query,
    'http.response.status_code': number % 50 === 0 ? 500 : 200,
    worker: 1 + (number % 2),
    duration: 2000 + ((number * 7919) % 90_000),
    'http.route': path,
    view: 'orders.views.listing',
    framework: 'django',
    totals: { sql: { count: number % 30, duration: 900 }, template: { count: 2, duration: 400 } },
    findings: number % 30 > 20 ? ['n+1'] : [],
    logs: 1,
  });
}

const logEvent = (number: number): make.Unkept =>
  make.log(`GET ${PATHS[number % PATHS.length]}: looked at order ${number} for customer 1815`, {
    request: make.requestId(number),
    logger: 'shop.orders',
    worker: 1 + (number % 2),
  });

/** Every 10 ms as many as are due; ends with how many events there were. */
export async function load(
  record: (...events: make.Unkept[]) => void,
  rate: number,
  seconds: number,
): Promise<number> {
  const begin = performance.now();
  let requests = 0;
  let told = 0;
  for (;;) {
    const elapsed = (performance.now() - begin) / 1000;
    if (elapsed >= seconds) return requests * 2;
    for (; requests < (elapsed * rate) / 2; requests += 1) {
      record(logEvent(requests), requestEvent(requests));
    }
    for (; told < Math.floor(elapsed); told += 1) {
      const requests = rate / 4;
      record(make.metrics(1, { requests }), make.metrics(2, { requests }));
    }
    await sleep(10);
  }
}
