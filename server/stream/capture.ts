/** What capture tells of itself: its hooks, and counts that stay exact when requests are left out. */

import type { Kept, Microseconds, WorkerIdentity } from './protocol.ts';

/** A worker's hooks; sent again whenever one of these changes. Kept as a state. */
export interface CaptureEvent extends Kept, WorkerIdentity {
  type: 'capture';
  /** By library: `on`, or why its hook is off. Only those that are imported. */
  hooks: Record<string, string>;
  /** Versions of the libraries that are hooked. */
  libraries: Record<string, string>;
  /** `summary`: under load only a sample, what failed and what was slowest is told of in full. */
  mode: 'full' | 'summary';
}

/** Upper bounds in seconds of `buckets`, the last of which has none (OpenTelemetry's for HTTP). */
export const DURATION_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

/** All requests of one worker that ended in the second before `time`, those left out included. */
export interface MetricsEvent extends Kept, WorkerIdentity {
  type: 'metrics';
  requests: number;
  /** Of them, those without a status or with 5xx. */
  errors: number;
  /** Of them, those told of with a trace, and those told of without; the rest is only counted here. */
  full: number;
  summary: number;
  /** Requests by duration, one more than `DURATION_BUCKETS`. */
  buckets: number[];
  /** What capture took of the processor in that second. */
  own: Microseconds;
  /** What the whole worker took of it, capture included. */
  cpu: Microseconds;
}
