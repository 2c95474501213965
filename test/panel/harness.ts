/**
 * The built panel page in a real Chromium, on the server's real hub and store. Only what happens is
 * made up: the test records events, as the arbiter would.
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createAnalysis } from '../../server/analysis/commands.ts';
import { createHandOver } from '../../server/formats/commands.ts';
import type { RegisteredServer } from '../../server/registry/registry.ts';
import { wholeTrace } from '../../server/registry/wholeTrace.ts';
import type { NewEvent } from '../../server/stream/events.ts';
import { type Hub, openHub } from '../../server/stream/hub.ts';
import type { Preload } from '../../server/stream/protocol.ts';
import { createStore, type Store } from '../../server/stream/store.ts';
import type { Trace } from '../../server/stream/trace.ts';
import type { CommandHandlers } from '../../server/stream/watcherConnection.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { ORIGIN } from '../support/handingOver.ts';
import { EPOCH, type Unkept } from '../support/streamEvents.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const PAGE_FOLDER = fromRoot('dist/webview');
const SCREENSHOTS = fromRoot('test-results/panel');

export interface Stage {
  store: Store;
  hub: Hub;
  page: Page;
  /** Commands that the page has sent, by name. */
  commands: string[];
  /** Registered beside this one. */
  others: RegisteredServer[];
  /** Records events a millisecond apart. */
  record(...events: Unkept[]): void;
  /** Records a request that has ended, whose trace is kept. */
  recordTraced(event: Unkept, trace: Trace): void;
  /** Another tab on the same hub. */
  open(options?: BrowserContextOptions): Promise<Page>;
  screenshot(name: string, page?: Page): Promise<void>;
  /** As when the server goes. */
  closeHub(): Promise<void>;
}

const PRELOAD: Preload = {
  file: '/home/ada/.cache/prefork/preload/1f.json',
  off: null,
  modules: [
    { module: 'asgiref.sync', cost: 9_200 },
    { module: 'django.db.models', cost: 31_000 },
  ],
  left_out: [{ module: 'django.contrib.auth.models', reason: 'asks for user code (settings)' }],
};

/** The parts of a server that a page speaks with; `others` are registered beside it. */
export interface Served {
  store: Store;
  app: string;
  commands: string[];
  others: RegisteredServer[];
}

export function handlersFor({ store, app, commands, others }: Served): CommandHandlers {
  const refuse = (): never => {
    throw new Error('Not in this test');
  };
  const explain = ({ request, span }: { request: string; span: number }) => {
    commands.push(`explain ${request} ${span}`);
    const line = 'Index Scan using shop_customer_pkey on shop_customer';
    return { columns: ['QUERY PLAN'], rows: [[line], ['  Index Cond: (id = 1000)']] };
  };
  return {
    reload: () => {
      commands.push('reload');
      return { generation: 2, duration: 46_000 };
    },
    ...createAnalysis(store),
    request: ({ request }) => store.request(request) ?? refuse(),
    explain,
    preload: () => PRELOAD,
    set_log_level: ({ logger, level }) => {
      commands.push(`set_log_level ${logger} ${level}`);
      return { levels: level === null ? {} : { [logger]: level } };
    },
    clear: () => {
      commands.push('clear');
      store.clear();
      return {};
    },
    restart_worker: ({ worker }) => {
      commands.push(`restart_worker ${worker}`);
      return {};
    },
    debug_worker: ({ worker }) => {
      commands.push(`debug_worker ${worker}`);
      return { host: '127.0.0.1', port: 5678, 'process.pid': 4022, generation: 2 };
    },
    steer: refuse,
    replay: refuse,
    ...createHandOver(store, () => ORIGIN),
    trace: async ({ trace_id, own }) => {
      commands.push('trace');
      const here = { app, addresses: [], requests: store.ofTrace(trace_id) };
      return { services: own ? [here] : await wholeTrace(trace_id, here, others) };
    },
    stack: refuse,
    saved: refuse,
    stop: refuse,
  };
}

/** What the page must never do: break its own content security policy, or throw. */
function watchErrors(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const isLoss = message.text().includes('WebSocket');
    if (message.type() === 'error' && !isLoss) errors.push(message.text());
  });
}

async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 420 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return context.newPage();
}

/** Everything is ended when the test ends; it fails if the page has logged an error. */
export async function setStage(
  test: TestContext,
  options: BrowserContextOptions = {},
): Promise<Stage> {
  assert.ok(existsSync(PAGE_FOLDER), 'dist/webview is missing: run `npm run build` first');
  const store = createStore();
  const commands: string[] = [];
  const others: RegisteredServer[] = [];
  const errors: string[] = [];
  const hub = await openHub({
    store,
    handlers: handlersFor({ store, app: 'wsgi:application', commands, others }),
    version: '0.1.0',
    panelFolder: PAGE_FOLDER,
    host: '127.0.0.1',
    port: 0,
  });
  cleanUp(test, () => assert.deepEqual(errors, [], 'the page logged errors'));
  cleanUp(test, () => hub.close());
  const browser = await launchChromium();
  cleanUp(test, () => browser.close());
  const open = async (more: BrowserContextOptions = {}): Promise<Page> => {
    const page = await openPage(browser, { ...options, ...more });
    watchErrors(page, errors);
    await page.goto(hub.panel);
    return page;
  };
  const page = await open();
  let time = EPOCH;
  const record = (event: Unkept, trace?: Trace): void => {
    time += 1000;
    const stored = trace && { bytes: 1000, open: () => trace };
    store.record({ time, started: time, ...event } as NewEvent, stored);
  };
  return {
    store,
    hub,
    page,
    commands,
    others,
    open,
    record(...events) {
      for (const event of events) record(event);
    },
    recordTraced: record,
    async screenshot(name, of = page) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await of.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    },
    closeHub: () => hub.close(),
  };
}
