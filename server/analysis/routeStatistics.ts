/** Statistics of each route over the requests that are kept. */

import type { RequestEnded, RouteStatistics } from '../stream/protocol.ts';
import { routeOf } from '../stream/route.ts';
import { groupBy } from './groupBy.ts';
import { asBefore } from './runs.ts';

/** `requests` in the order in which they ended; the most used routes first. */
export function routeStatistics(requests: readonly RequestEnded[]): RouteStatistics[] {
  const own = requests.filter(({ imported }) => !imported).sort((a, b) => a.time - b.time);
  return [...groupBy(own, routeOf).values()]
    .map((runs) => statisticsOf(runs as [RequestEnded, ...RequestEnded[]]))
    .sort((a, b) => b.count - a.count);
}

function statisticsOf(runs: [RequestEnded, ...RequestEnded[]]): RouteStatistics {
  const last = runs.at(-1) ?? runs[0];
  const sorted = runs.toSorted((a, b) => a.duration - b.duration);
  const middle = atRank(sorted, 0.5);
  const sql = middle.totals.sql;
  const newest = runs.filter(({ generation }) => generation === last.generation);
  return {
    'http.request.method': last['http.request.method'],
    'http.route': last['http.route'] ?? last['url.path'],
    view: last.view,
    count: runs.length,
    errors: runs.filter(isError).length,
    median: middle.duration,
    p95: atRank(sorted, 0.95).duration,
    slowest: (sorted.at(-1) ?? middle).duration,
    sql: { count: sql?.count ?? 0, duration: sql?.duration ?? 0 },
    findings: [...new Set(newest.flatMap(({ findings }) => findings))],
    last: asBefore(last),
    before: last.before ?? null,
  };
}

/** Nearest rank: a run that there was, not one between two. */
const atRank = (sorted: RequestEnded[], share: number): RequestEnded =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as RequestEnded;

const isError = ({ 'http.response.status_code': status }: RequestEnded): boolean =>
  status === null || status >= 500;
