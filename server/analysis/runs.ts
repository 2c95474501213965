/** The last runs of each route on each generation of the code: what a request is compared with by itself. */

import type { Before, Microseconds, RequestEnded } from '../stream/protocol.ts';
import { routeOf } from '../stream/route.ts';

const MAX_ROUTES = 1_000;
/** So many generations are remembered of a route, and so many durations of each. */
const GENERATIONS = 5;
const DURATIONS = 10;

/** Runs of one route on one generation. */
interface Runs {
  last: Before;
  /** By the first digit of the status; 0 for none. */
  byStatus: Map<number, Alike>;
}

/** Those that were answered alike: a redirect to the login says nothing of how long a page takes. */
interface Alike {
  last: Before;
  durations: Microseconds[];
}

export interface RouteRuns {
  /**
   * The last run of its route on the code before: of the newest generation that is older than the
   * request's own, one that was answered alike if there is one.
   */
  before(request: RequestEnded): Before | undefined;
  /** Durations of the last runs of that route on that generation that were answered alike. */
  durations(request: RequestEnded): readonly Microseconds[];
  learn(request: RequestEnded): void;
  clear(): void;
}

export function createRouteRuns(): RouteRuns {
  const routes = new Map<string, Map<number, Runs>>();
  return {
    before: (request) => {
      const generations = routes.get(routeOf(request));
      if (!generations || request.imported) return undefined;
      const older = [...generations.keys()].filter((one) => one < request.generation);
      const runs = generations.get(Math.max(...older));
      return runs && (runs.byStatus.get(statusClass(request))?.last ?? runs.last);
    },
    durations: (request) => {
      const runs = routes.get(routeOf(request))?.get(request.generation);
      return runs?.byStatus.get(statusClass(request))?.durations ?? [];
    },
    learn: (request) => {
      if (request.imported || request.client_gone) return;
      const key = routeOf(request);
      const generations = routes.get(key) ?? new Map<number, Runs>();
      routes.delete(key);
      routes.set(key, generations);
      if (routes.size > MAX_ROUTES) drop(routes);
      add(generations, request);
    },
    clear: () => routes.clear(),
  };
}

/** As another request tells of it. */
export const asBefore = (request: RequestEnded): Before => ({
  request: request.request,
  generation: request.generation,
  duration: request.duration,
  'http.response.status_code': request['http.response.status_code'],
  totals: request.totals,
});

const statusClass = (run: Pick<RequestEnded, 'http.response.status_code'>): number =>
  Math.floor((run['http.response.status_code'] ?? 0) / 100);

function add(generations: Map<number, Runs>, request: RequestEnded): void {
  const last = asBefore(request);
  const known = generations.get(request.generation);
  const runs: Runs = known ?? { last, byStatus: new Map() };
  generations.set(request.generation, runs);
  runs.last = last;
  addAlike(runs.byStatus, request, last);
  if (generations.size > GENERATIONS) generations.delete(Math.min(...generations.keys()));
}

function addAlike(byStatus: Runs['byStatus'], request: RequestEnded, last: Before): void {
  const status = statusClass(request);
  const durations = byStatus.get(status)?.durations ?? [];
  if (durations.push(request.duration) > DURATIONS) durations.shift();
  byStatus.set(status, { last, durations });
}

function drop(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
