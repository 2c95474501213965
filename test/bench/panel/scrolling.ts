/** Frames a second while a person scrolls through the list and events pour in; and the heap meanwhile. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { load } from './load.ts';
import type { Outcome } from './report.ts';
import { type BenchStage, mainThread, setStage, usedHeap } from './stage.ts';

interface Options {
  seconds: number;
  rate: number;
  filter: string;
}

/** As a wheel would, up and down, at each frame; notes how long each frame took. */
function scroll(): void {
  const frames: number[] = [];
  const state = { frames, longest: 0 };
  Object.assign(window, { bench: state });
  let before = performance.now();
  let step = -33;
  const frame = (now: number): void => {
    frames.push(now - before);
    before = now;
    const list = document.querySelector('.scroller');
    if (list) {
      if (list.scrollTop < 2000) step = 33;
      if (list.scrollTop > list.scrollHeight - list.clientHeight - 2000) step = -33;
      list.scrollTop += step;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

const takeFrames = (page: Page): Promise<number[]> =>
  page.evaluate('window.bench.frames.splice(0)');

async function heapEach(stage: BenchStage, seconds: number): Promise<number[]> {
  const heaps: number[] = [];
  const every = Math.max(5, seconds / 10);
  for (let passed = every; passed <= seconds - 1; passed += every) {
    await sleep(every * 1000);
    heaps.push(await usedHeap(stage.devtools));
  }
  return heaps;
}

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function measure(stage: BenchStage, { seconds, rate }: Options): Promise<Outcome> {
  const { page, devtools, record } = stage;
  await page.evaluate(scroll);
  await takeFrames(page);
  const before = await mainThread(devtools);
  const begin = performance.now();
  const heaps = heapEach(stage, seconds);
  const events = await load(record, rate, seconds);
  const took = (performance.now() - begin) / 1000;
  const after = await mainThread(devtools);
  const frames = (await takeFrames(page)).sort((a, b) => a - b);
  const own = (key: keyof typeof after): string =>
    `${(((after[key] - before[key]) * 1000) / frames.length).toFixed(1)} ms`;
  return {
    'events a second': Math.round(events / took),
    'frames a second': (frames.length / took).toFixed(1),
    'frame, p99': `${percentile(frames, 0.99).toFixed(0)} ms`,
    'main thread a frame': own('all'),
    'of it script': own('script'),
    'of it style and layout': `${own('style')} + ${own('layout')}`,
    'heap over time': (await heaps).map(megabytes).join(' · '),
    footer: (await page.getByRole('contentinfo').innerText()).replace(/\s+/g, ' '),
  };
}

export async function scrolling(options: Options): Promise<Outcome> {
  const stage = await setStage();
  try {
    // The rings are full when it begins: that is how a page is after some minutes.
    await load(stage.record, 10_000, 4);
    if (options.filter) await stage.page.locator('.filter input').fill(options.filter);
    await sleep(2000);
    return await measure(stage, options);
  } finally {
    await stage.close();
  }
}
