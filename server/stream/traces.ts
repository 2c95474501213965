/**
 * The traces that are kept for whoever opens their request, bounded by their bytes.
 *
 * The oldest go first; but those of requests that failed, and of each route the newest and the slowest,
 * stay until nothing else is left to go.
 */

import type { RequestEnded } from './protocol.ts';
import { routeOf } from './route.ts';
import type { Trace } from './trace.ts';

/** A trace as it is kept. */
export interface StoredTrace {
  /** Of the heap; an estimate. */
  bytes: number;
  open(): Trace;
  /** What was hidden in its request, as the worker sealed it: for a replay alone, and for no file or watcher. */
  sealed?: string;
  /** The same as JSON, where it is at hand. */
  text?: string;
}

export interface Traces {
  keep(request: RequestEnded, trace: StoredTrace): void;
  get(request: string): Trace | null;
  sealed(request: string): string | null;
  stored(request: string): StoredTrace | null;
  /** How many there were and are no longer. */
  readonly evicted: number;
  clear(): void;
}

export const MAX_TRACE_BYTES = 64 * 1024 * 1024;
const NEWEST = 5;
const SLOWEST = 5;
const MAX_ROUTES = 1_000;

interface Kept {
  request: string;
  duration: number;
  trace: StoredTrace;
  /** How many reasons there are to keep it longer than others. */
  reasons: number;
}

/** Stands in the place of one that had to go. */
const GONE: StoredTrace = {
  bytes: 0,
  open: () => {
    throw new Error('this trace is no longer kept');
  },
};

interface Route {
  newest: Kept[];
  /** The fastest of them first. */
  slowest: Kept[];
}

export function createTraces(limit = MAX_TRACE_BYTES): Traces {
  const ordinary = new Map<string, Kept>();
  const precious = new Map<string, Kept>();
  const routes = new Map<string, Route>();
  let bytes = 0;
  let evicted = 0;

  const find = (request: string): StoredTrace | null =>
    (ordinary.get(request) ?? precious.get(request))?.trace ?? null;
  const hold = (kept: Kept): void => {
    kept.reasons += 1;
    ordinary.delete(kept.request);
    precious.set(kept.request, kept);
  };
  const release = (kept: Kept | undefined): void => {
    if (!kept || !precious.has(kept.request)) return;
    kept.reasons -= 1;
    if (kept.reasons > 0) return;
    precious.delete(kept.request);
    ordinary.set(kept.request, kept);
  };
  const makeRoom = (): void => {
    while (bytes > limit && ordinary.size + precious.size > 1) {
      const from = ordinary.size > 0 ? ordinary : precious;
      const [oldest] = from.values();
      if (!oldest) return;
      from.delete(oldest.request);
      bytes -= oldest.trace.bytes;
      oldest.trace = GONE;
      evicted += 1;
    }
  };
  const rank = (route: Route, kept: Kept): void => {
    hold(kept);
    if (route.newest.push(kept) > NEWEST) release(route.newest.shift());
    const slowest = route.slowest.filter(({ trace }) => trace !== GONE);
    route.slowest = slowest;
    const at = slowest.findIndex(({ duration }) => duration > kept.duration);
    if (at === 0 && slowest.length >= SLOWEST) return;
    hold(kept);
    slowest.splice(at < 0 ? slowest.length : at, 0, kept);
    if (slowest.length > SLOWEST) release(slowest.shift());
  };

  return {
    keep: (request, trace) => {
      const kept = { request: request.request, duration: request.duration, trace, reasons: 0 };
      ordinary.set(kept.request, kept);
      bytes += trace.bytes;
      if (failed(request)) hold(kept);
      rank(routeIn(routes, routeOf(request)), kept);
      makeRoom();
    },
    sealed: (request) => find(request)?.sealed ?? null,
    get: (request) => find(request)?.open() ?? null,
    stored: find,
    get evicted() {
      return evicted;
    },
    clear: () => {
      for (const map of [ordinary, precious, routes]) map.clear();
      bytes = 0;
    },
  };
}

function routeIn(routes: Map<string, Route>, name: string): Route {
  const key = routes.size < MAX_ROUTES ? name : '';
  const route = routes.get(name) ?? routes.get(key) ?? { newest: [], slowest: [] };
  if (!routes.has(name)) routes.set(key, route);
  return route;
}

const failed = ({ 'http.response.status_code': status, exceptions }: RequestEnded): boolean =>
  status === null || status >= 500 || exceptions > 0;
