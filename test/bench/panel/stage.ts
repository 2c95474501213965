/** The page on a hub of its own in a browser of its own, and what the browser measures of it. */

import type { Browser, CDPSession, Page } from 'playwright-core';
import type { NewEvent } from '../../../server/stream/events.ts';
import { openHub } from '../../../server/stream/hub.ts';
import { createStore, type Store } from '../../../server/stream/store.ts';
import type { CommandHandlers } from '../../../server/stream/watcherConnection.ts';
import { launchChromium } from '../../support/chromium.ts';
import { root } from '../../support/paths.ts';
import * as make from '../../support/streamEvents.ts';

export interface BenchStage {
  browser: Browser;
  page: Page;
  devtools: CDPSession;
  /** Records events that happen now. */
  record(...events: make.Unkept[]): void;
  store: Store;
  close(): Promise<void>;
}

/** No command is asked for here but the details of a request. */
const handlersOf = (store: Store): CommandHandlers =>
  ({ request: ({ request }: { request: string }) => store.request(request) }) as CommandHandlers;

export async function setStage(): Promise<BenchStage> {
  const store = createStore();
  const hub = await openHub({
    store,
    handlers: handlersOf(store),
    version: '0.1.0',
    panelFolder: `${root}/dist/webview`,
    host: '127.0.0.1',
    port: 0,
  });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1400, height: 420 } });
  const devtools = await page.context().newCDPSession(page);
  // Time on the processor: what other processes take meanwhile is no matter of the page's.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(hub.panel);
  const record = (...events: make.Unkept[]): void => {
    const time = Date.now() * 1000;
    for (const event of events) store.record({ time, started: time, ...event } as NewEvent);
  };
  record(make.server(), make.reload(1), make.worker(1), make.worker(2));
  await page.getByText('No request yet.').waitFor();
  const close = async (): Promise<void> => {
    await browser.close();
    await hub.close();
  };
  return { browser, page, devtools, record, store, close };
}

/** Seconds that the page's main thread has spent so far, by what it did. */
export interface MainThread {
  all: number;
  script: number;
  style: number;
  layout: number;
}

export async function mainThread(devtools: CDPSession): Promise<MainThread> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    all: of('TaskDuration'),
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration'),
    layout: of('LayoutDuration'),
  };
}

/** Bytes of JavaScript objects that are still in use. */
export async function usedHeap(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}
