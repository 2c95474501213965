/** Rate and latency by second, over all workers: exact also when requests are left out under load. */

import { DURATION_BUCKETS, type MetricsEvent } from '../../server/stream/capture.ts';

/** What ended in some seconds. */
export interface Rate {
  /** Where they begin, in seconds since the epoch. */
  time: number;
  requests: number;
  errors: number;
  /** By duration, one more than `DURATION_BUCKETS`. */
  buckets: number[];
}

const emptyRate = (time: number): Rate => ({
  time,
  requests: 0,
  errors: 0,
  buckets: new Array(DURATION_BUCKETS.length + 1).fill(0),
});

function add(rate: Rate, event: MetricsEvent): void {
  rate.requests += event.requests;
  rate.errors += event.errors;
  event.buckets.forEach((count, index) => {
    rate.buckets[index] = (rate.buckets[index] ?? 0) + count;
  });
}

/** From the first second to the last, those without a request included; `step` of them in one. */
export function ratesOf(
  events: readonly MetricsEvent[],
  from: number,
  to: number,
  step = 1,
): Rate[] {
  const first = Math.floor(from / step) * step;
  const rates: Rate[] = [];
  for (let time = first; time < to; time += step) rates.push(emptyRate(time));
  for (const event of events) {
    // An event's time is when its second was over.
    const rate = rates[Math.floor((event.time / 1e6 - 1 - first) / step)];
    if (rate) add(rate, event);
  }
  return rates;
}

/**
 * The duration in seconds that this share of the requests did not exceed; null when there was none.
 * Within a bucket they are taken to lie evenly; past the last bound, at it.
 */
export function quantile({ buckets }: Rate, share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = total * share;
  let below = 0;
  for (const [index, count] of buckets.entries()) {
    const upper = DURATION_BUCKETS[index];
    if (upper === undefined) break;
    if (below + count >= wanted && count > 0) {
      const lower = DURATION_BUCKETS[index - 1] ?? 0;
      return lower + ((upper - lower) * (wanted - below)) / count;
    }
    below += count;
  }
  return DURATION_BUCKETS.at(-1) ?? null;
}
