/**
 * A trace: what capture recorded inside one request. The arbiter keeps it, within bounds, for whoever
 * opens the request (the command `request`); only its totals and findings are streamed.
 *
 * Names are OpenTelemetry's where one exists. Every time is an integer in microseconds; a span's
 * `start` counts from its request's own.
 */

import type { Profile } from './profile.ts';
import type { Microseconds } from './protocol.ts';

/** `view` and `middleware` contain the others; `http` is a request that the app sent. */
export type SpanKind = 'sql' | 'template' | 'cache' | 'http' | 'view' | 'middleware';

/** A line of code, or of a template (which has no function). */
export interface Place {
  'code.file.path': string;
  'code.line.number': number;
  'code.function.name'?: string;
}

/** What is known of a span besides its time; which of them depends on its kind. */
export interface SpanAttributes {
  /** `sql`: sqlite, postgresql, mysql, …; `cache`: locmem, redis, … */
  'db.system.name'?: string;
  /** The database's alias or name, the cache's alias. */
  'db.namespace'?: string;
  /** Rows that the app fetched, else those that a statement changed. */
  'db.response.returned_rows'?: number;
  /** Executions in one `executemany` or pipeline. */
  'db.operation.batch.size'?: number;
  /** As the app passed them, secrets hidden, at most 2 KiB. */
  parameters?: string;
  /** Equal for equal parameters, without telling them. */
  parameters_digest?: string;
  /** Part of the duration, after `execute` returned: what fetching the rows took. */
  fetch?: Microseconds;
  /** Keys found, of those asked for. */
  hits?: number;
  keys?: number;
  'http.request.method'?: string;
  'http.response.status_code'?: number;
  /** `http`: what the other side was told as its parent, 16 hexadecimal digits. */
  span_id?: string;
  /** Where the template's line is that caused the span. */
  template?: Place;
  /** Ended after the response, or in a thread that outlived it. */
  late?: boolean;
}

export interface Span {
  kind: SpanKind;
  /** Index of the span that contains it; null when none does. */
  parent: number | null;
  start: Microseconds;
  duration: Microseconds;
  /**
   * `sql`: the statement with its placeholders; `template`: its name; `cache`: operation and key;
   * `http`: the URL, secrets hidden; `view`, `middleware`: the function's full name.
   */
  text: string;
  /** The innermost line of the user's own code that led to it. */
  site: Place | null;
  attributes: SpanAttributes;
  /** Type of the exception that ended it. */
  'error.type'?: string;
}

/** Spans past the bound, added up by kind, text and site: exact in count and time. */
export interface SpanGroup {
  kind: SpanKind;
  text: string;
  site: Place | null;
  count: number;
  duration: Microseconds;
  /** The longest of them. */
  longest: Microseconds;
}

/** Exact for the whole request, whatever was cut. `hits` for caches. */
export interface Total {
  count: number;
  duration: Microseconds;
  hits?: number;
}

export type Totals = Partial<Record<SpanKind, Total>>;

/**
 * `n+1`: the same statement from the same line five times or more with other parameters.
 * `duplicate`: the same statement from the same line with the same parameters.
 */
export type FindingKind = 'n+1' | 'duplicate';

export interface Finding {
  kind: FindingKind;
  text: string;
  site: Place | null;
  /** Where a template caused it. */
  template?: Place;
  count: number;
  /** What all but the first of them took. */
  wasted: Microseconds;
}

/** Header fields in order, secrets hidden. */
export type Fields = [name: string, value: string][];

export interface Body {
  size: number;
  content_type: string;
  /** Null when it is not text, or was not kept. */
  text: string | null;
  /** Bytes left out. */
  cut: number;
  /** Something in it was hidden. */
  redacted?: boolean;
}

export interface Trace {
  spans: Span[];
  groups: SpanGroup[];
  findings: Finding[];
  request_headers: Fields;
  response_headers: Fields;
  request_body: Body | null;
  response_body: Body | null;
  /** W3C Trace Context as it came in, verbatim. */
  tracestate?: string;
  /** Only of a request that took long. */
  profile?: Profile;
}
