/** From the click on a row to the frame that shows its trace of 5,000 spans, the answer of the server included. */

import type { NewEvent } from '../../../server/stream/events.ts';
import * as make from '../../support/streamEvents.ts';
import { largeTrace, totalsOf } from '../../support/traceSamples.ts';
import type { Outcome } from './report.ts';
import { type BenchStage, setStage } from './stage.ts';

const SPANS = 5000;
const REQUESTS = 15;

/** What is there when the tab is; the other requests' are alike, so the title is looked at, too. */
const READY = {
  Summary: '.finding',
  Timeline: `.t-grid[aria-rowcount="${SPANS}"]`,
  SQL: '.statement',
  Templates: '.calls tbody tr',
};

function recordTraces({ store, record }: BenchStage): void {
  const finding = { kind: 'n+1', text: 'SELECT 1', site: null, count: 9, wasted: 90 } as const;
  const trace = { ...largeTrace(SPANS), findings: [finding] };
  const totals = totalsOf(trace);
  for (let number = 1; number <= REQUESTS; number += 1) {
    const time = Date.now() * 1000 + number;
    const event = { time, started: time, ...make.ended(number, { totals, duration: 500_000 }) };
    store.record(event as NewEvent, { bytes: 1_000_000, open: () => trace });
  }
  record(make.log('all are there'));
}

/** In the page: milliseconds from the click until the frame with all of it is drawn. */
function open({ path, ready }: { path: string; ready: string }): Promise<number> {
  const rows = [...document.querySelectorAll<HTMLElement>('.request-row')];
  const row = rows.find(({ innerText }) => innerText.split(/\s+/).includes(path));
  const isShown = () =>
    document.querySelector('.title-path')?.textContent === path &&
    document.querySelector(ready) !== null;
  const begin = performance.now();
  row?.click();
  return new Promise((done) => {
    const look = (): void => {
      if (!isShown()) return void requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now() - begin);
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

export async function opening(): Promise<Outcome> {
  const stage = await setStage();
  const { page, close } = stage;
  try {
    recordTraces(stage);
    await page.getByRole('row', { name: `/orders/${REQUESTS}` }).click();
    const outcome: Outcome = { spans: SPANS, 'requests opened': REQUESTS };
    for (const [name, ready] of Object.entries(READY)) {
      await page.getByRole('tab', { name }).click();
      await page.locator(ready).first().waitFor();
      const times: number[] = [];
      for (let number = 1; number <= REQUESTS; number += 1) {
        times.push(await page.evaluate(open, { path: `/orders/${number}`, ready }));
      }
      times.sort((a, b) => a - b);
      const median = times[REQUESTS >> 1]?.toFixed(0);
      outcome[name] = `median ${median} ms, slowest ${times.at(-1)?.toFixed(0)} ms`;
    }
    return outcome;
  } finally {
    await close();
  }
}
