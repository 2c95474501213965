/** The traces that are kept for whoever opens their request: the newest, within a bound. */

import type { Trace } from './trace.ts';

export interface Traces {
  keep(request: string, trace: Trace): void;
  get(request: string): Trace | null;
  clear(): void;
}

export function createTraces(limit = 1_000): Traces {
  const kept = new Map<string, Trace>();
  return {
    keep: (request, trace) => {
      kept.set(request, trace);
      const [oldest] = kept.keys();
      if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    },
    get: (request) => kept.get(request) ?? null,
    clear: () => kept.clear(),
  };
}
