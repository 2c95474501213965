/** A second and a third server beside the one whose page is open, and one trace through all of them. */

import type { TestContext } from 'node:test';
import type { NewEvent } from '../../server/stream/events.ts';
import { openHub } from '../../server/stream/hub.ts';
import type { RequestEnded } from '../../server/stream/protocol.ts';
import { createStore, type Store } from '../../server/stream/store.ts';
import type { Trace } from '../../server/stream/trace.ts';
import { cleanUp } from '../support/cleanup.ts';
import * as make from '../support/streamEvents.ts';
import { ordersTrace, place, span, totalsOf, trace } from '../support/traceSamples.ts';
import { handlersFor, PAGE_FOLDER, type Stage } from './harness.ts';

export const SHOP = 40;
export const RATES = 41;
export const BANK = 42;

const TRACE = 'abcd'.repeat(8);
const TO_RATES = 'a'.repeat(16);
const TO_BANK = 'b'.repeat(16);
const STARTED = make.EPOCH + 50_000_000;

const record = (store: Store, number: number, changes: Partial<RequestEnded>, of: Trace): void => {
  const started = changes.started ?? STARTED;
  const event = {
    ...make.ended(number, { ...changes, trace_id: TRACE, totals: totalsOf(of) }),
    ...{ started, time: started + (changes.duration ?? 0) },
  };
  store.record(event as NewEvent, { bytes: 1000, open: () => of });
};

async function openService(test: TestContext, stage: Stage, app: string): Promise<Store> {
  const store = createStore();
  const handlers = handlersFor({ store, app, commands: [], others: [] });
  const place = { panelFolder: PAGE_FOLDER, host: '127.0.0.1', port: 0 };
  const hub = await openHub({ store, handlers, version: '0.1.0', ...place });
  cleanUp(test, () => hub.close());
  store.record({ ...make.server({ app }), time: STARTED } as NewEvent);
  const who = { pid: process.ppid, start: null, version: '0.1.0', python: '/usr/bin/python3' };
  const registered = { ...who, app, addresses: [], root: make.ROOT };
  stage.others.push({ ...registered, panel: hub.panel, stream: hub.stream });
  return store;
}

/** The orders' page, whose second outgoing request has an id that others may name. */
function shopTrace(): Trace {
  const orders = ordersTrace();
  const sent = orders.spans[6];
  if (sent) sent.attributes = { ...sent.attributes, span_id: TO_RATES };
  return orders;
}

const ratesTrace = (): Trace =>
  trace([
    span('view', 'rates.views.latest', [300, 3300], { site: place('rates/views.py', 7) }),
    span('sql', 'SELECT * FROM rate', [500, 900], { parent: 0, site: place('rates/views.py', 9) }),
    span('http', 'http://127.0.0.1:8002/quote', [1500, 1800], { parent: 0, span_id: TO_BANK }),
  ]);

const bankTrace = (): Trace =>
  trace([span('view', 'bank.quote', [100, 1400], { site: place('bank/quote.py', 3) })]);

const page = (path: string) => ({ 'url.path': path, 'http.route': path });

/** The shop asks for rates, and those the bank: three servers, one trace. */
export function recordShop({ store }: Stage): void {
  const shop = { ...page('/orders/'), 'url.query': 'rates=1', duration: 405_600, started: STARTED };
  record(store, SHOP, shop, shopTrace());
}

export async function recordServices(test: TestContext, stage: Stage): Promise<void> {
  const rates = await openService(test, stage, 'rates.wsgi:app');
  const bank = await openService(test, stage, 'bank:application');
  const byShop = { ...page('/latest'), duration: 3_700, parent_span_id: TO_RATES };
  record(rates, RATES, { ...byShop, started: STARTED + 14_700 }, ratesTrace());
  const byRates = { ...page('/quote'), duration: 1_600, parent_span_id: TO_BANK };
  record(bank, BANK, { ...byRates, started: STARTED + 16_300 }, bankTrace());
  recordShop(stage);
}

/** The opened page's server is the one that is called, by one that runs beside it. */
export async function recordCaller(test: TestContext, stage: Stage): Promise<void> {
  const shop = await openService(test, stage, 'shop.wsgi:application');
  record(shop, SHOP, { ...page('/orders/'), duration: 405_600 }, shopTrace());
  const called = { ...page('/latest'), duration: 3_700, parent_span_id: TO_RATES };
  record(stage.store, RATES, { ...called, started: STARTED + 14_700 }, ratesTrace());
}
