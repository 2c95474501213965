/** Two requests side by side: what is other in the second, in words and figures. */

import type { Microseconds, RequestEnded } from './protocol.ts';
import type { Place, SpanKind, Totals } from './trace.ts';

/** The last run of a route on the code before, as it is told of with each request. */
export interface Before {
  request: string;
  generation: number;
  duration: Microseconds;
  'http.response.status_code': number | null;
  totals: Totals;
}

/** Spans of one kind, text and site, on both sides. */
export interface SpanDifference {
  kind: SpanKind;
  text: string;
  /** Where it is in the second request; in the first when it is gone. */
  site: Place | null;
  before: { count: number; duration: Microseconds };
  after: { count: number; duration: Microseconds };
}

/** `same` on both sides, `gone` from the first, `new` in the second. */
export type LineChange = 'same' | 'gone' | 'new';

/** Lines of text, as a unified diff has them; long runs of the same are folded into `skipped`. */
export type DiffLine = { change: LineChange; text: string } | { skipped: number };

export interface FieldDifference {
  name: string;
  before: string | null;
  after: string | null;
}

export interface Comparison {
  before: RequestEnded;
  after: RequestEnded;
  /** What a person would say of it, the weightiest first: `655 → 412 ms`, `SQL 181 → 101`. */
  words: string[];
  /** Those that differ first, by what they cost or save; empty when a trace is no longer kept. */
  spans: SpanDifference[];
  response: {
    headers: FieldDifference[];
    /** Null when a body was not kept, or is not text; empty when they are the same. */
    body: DiffLine[] | null;
  };
  request_headers: FieldDifference[];
  /** Which of the traces is no longer kept, so that only the totals are compared. */
  missing: ('before' | 'after')[];
}
