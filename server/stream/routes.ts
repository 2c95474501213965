/** What is known of each route, and of single lines of code, over all requests that are kept. */

import type { Before } from './comparison.ts';
import type { Microseconds } from './protocol.ts';
import type { FindingKind, Place } from './trace.ts';

/** Of the requests to one route that are kept. */
export interface RouteStatistics {
  'http.request.method': string;
  /** The framework's pattern; without one, the path. */
  'http.route': string;
  view: string | null;
  count: number;
  /** Of them, those without a status or with 5xx. */
  errors: number;
  median: Microseconds;
  p95: Microseconds;
  slowest: Microseconds;
  /** Of the median request. */
  sql: { count: number; duration: Microseconds };
  /** Of the runs on the newest code. */
  findings: FindingKind[];
  /** The last run, and the last one on the code before. */
  last: Before;
  before: Before | null;
}

/** What the last requests say of a line, to be shown at its end. */
export interface LineResult {
  place: Place;
  /** `view`: the function that answered. `n+1`, `duplicate`: the line that causes it. `hot`: of the last profile. */
  kind: 'view' | FindingKind | 'hot';
  /** The request that says so, the last one. */
  request: string;
  /** `GET /orders/` */
  name: string;
  /** When that request ended. */
  time: Microseconds;
  /** Of the view; of all but the first of what was found; the line's own share of the profile. */
  duration: Microseconds;
  /** Statements of the view, or times that the line ran one; samples of a hot line. */
  count: number;
  /** Of a hot line: its part of what was sampled, 0…1. */
  share?: number;
  findings: FindingKind[];
}
