/** From the event in the store to the frame that shows its row, at a rate that a person can cause. */

import { setTimeout as sleep } from 'node:timers/promises';
import { requestEvent } from './load.ts';
import type { Outcome } from './report.ts';
import { mainThread, setStage } from './stage.ts';

/** A row's key is when its request started, in microseconds: here, when it was recorded. */
function watchRows(): void {
  const delays: number[] = [];
  Object.assign(window, { delays });
  const seen = new Set<string>();
  const note = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => delays.push(Date.now() - Number(key) / 1000);
      port2.postMessage(null);
    });
  };
  const look = (): void => {
    const rows = document.querySelectorAll<HTMLElement>('.request-row');
    for (const row of rows) note(row.dataset['key'] ?? '0');
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

export async function latency({
  seconds,
  rate,
}: {
  seconds: number;
  rate: number;
}): Promise<Outcome> {
  const { page, devtools, record, close } = await setStage();
  try {
    await page.evaluate(watchRows);
    const begin = performance.now();
    const before = await mainThread(devtools);
    for (let sent = 0; performance.now() - begin < seconds * 1000; ) {
      const due = ((performance.now() - begin) / 1000) * rate;
      for (; sent < due; sent += 1) record(requestEvent(sent));
      await sleep(1);
    }
    await sleep(500);
    const after = await mainThread(devtools);
    const delays = (await page.evaluate<number[]>('window.delays')).sort((a, b) => a - b);
    const at = (share: number) => `${delays[Math.floor(delays.length * share)]?.toFixed(0)} ms`;
    return {
      'requests a second': rate,
      'rows seen': delays.length,
      'event to screen, median': at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      'main thread busy': `${(((after.all - before.all) / seconds) * 100).toFixed(0)} %`,
    };
  } finally {
    await close();
  }
}
