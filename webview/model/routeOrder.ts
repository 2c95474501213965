/** In which order routes are listed. */

import type { RouteStatistics } from '../../server/stream/protocol.ts';

export type RouteOrder =
  | 'route'
  | 'count'
  | 'errors'
  | 'median'
  | 'p95'
  | 'slowest'
  | 'sql'
  | 'last';

const WEIGHTS: Record<Exclude<RouteOrder, 'route'>, (route: RouteStatistics) => number> = {
  count: ({ count }) => count,
  errors: ({ errors }) => errors,
  median: ({ median }) => median,
  p95: ({ p95 }) => p95,
  slowest: ({ slowest }) => slowest,
  sql: ({ sql }) => sql.count,
  last: ({ last, before }) => (before ? Math.abs(last.duration - before.duration) : -1),
};

/** By name from A, by anything else the most first. */
export function sortRoutes(routes: readonly RouteStatistics[], order: RouteOrder) {
  if (order !== 'route') {
    const weight = WEIGHTS[order];
    return routes.toSorted((a, b) => weight(b) - weight(a));
  }
  const name = (route: RouteStatistics): string =>
    `${route['http.route']} ${route['http.request.method']}`;
  return routes.toSorted((a, b) => name(a).localeCompare(name(b)));
}
