/** What the filter box knows of requests: `status:5xx slower:200ms db:>20 has:n+1 worker:2 …`. */

import type { ExceptionEvent, LogEvent } from '../protocol.ts';
import type { SpanKind } from '../trace.ts';
import type { Term, Terms, Test } from './filter.ts';
import {
  durationOf,
  hasError,
  isInFlight,
  isSlow,
  type RequestRow,
  statusOf,
} from './requestRow.ts';
import {
  matcher,
  oneOf,
  parseComparison,
  parseDuration,
  parseTimeRange,
  textTerm,
  wholeNumber,
} from './values.ts';

type RequestTest = Test<RequestRow>;
type RequestTerm = Term<RequestRow>;

/** What is kept beside the rows. */
export interface Context {
  logsOf(request: string): readonly LogEvent[];
  exceptionsOf(request: string): readonly ExceptionEvent[];
}

/** `404`, `4xx`, or `none` for a request without a status. */
function makeStatus(value: string): RequestTest | null {
  const name = value.toLowerCase();
  if (name === 'none') return (row) => statusOf(row) === null;
  if (!/^[1-5](\d\d|xx)$/.test(name)) return null;
  const digits = name.replace('xx', '');
  return (row) => String(statusOf(row) ?? '').startsWith(digits);
}

const status: RequestTerm = {
  takes: '404, 4xx or none',
  make: makeStatus,
  offers: ['2xx', '3xx', '4xx', '5xx', 'none'],
  seen: statusOf,
};

const byDuration = (compare: (is: number, limit: number) => boolean): RequestTerm => ({
  takes: 'a time: 200ms, 1.5s, 800us',
  offers: ['50ms', '200ms', '1s'],
  make: (value) => {
    const limit = parseDuration(value);
    return limit === null ? null : (row, now) => compare(durationOf(row, now), limit);
  },
});

/** By count or time of one kind of span: `db:>20`, `db:>50ms`. */
const spans = (kind: SpanKind, offers: string[]): RequestTerm => ({
  takes: 'a count or a time: >20, 0, >50ms',
  offers,
  make: (value) => {
    const comparison = parseComparison(value);
    if (!comparison || comparison.of === 'size') return null;
    const field = comparison.of === 'time' ? 'duration' : 'count';
    return ({ ended }) => ended !== null && comparison.holds(ended.totals[kind]?.[field] ?? 0);
  },
});

/** One figure of a request that has ended; without a unit it is in the smallest. */
const figure = (
  of: 'time' | 'size',
  takes: string,
  offers: string[],
  field: (ended: NonNullable<RequestRow['ended']>) => number | null,
): RequestTerm => ({
  takes,
  offers,
  make: (value) => {
    const comparison = parseComparison(value);
    if (!comparison || (comparison.of !== of && comparison.of !== 'count')) return null;
    return ({ ended }) => ended !== null && comparison.holds(field(ended) ?? 0);
  },
});

const ran =
  (kind: SpanKind): RequestTest =>
  ({ ended }) =>
    (ended?.totals[kind]?.count ?? 0) > 0;

const HAS: Record<string, RequestTest> = {
  'n+1': ({ ended }) => ended?.findings.includes('n+1') ?? false,
  duplicate: ({ ended }) => ended?.findings.includes('duplicate') ?? false,
  error: hasError,
  exception: (row) => row.exceptions > 0,
  log: (row) => row.logs > 0,
  warning: (row) => row.severity >= 13,
  sql: ran('sql'),
  http: ran('http'),
  cache: ran('cache'),
  template: ran('template'),
  profile: ({ ended }) => ended?.profiled === true,
};

const IS: Record<string, RequestTest> = {
  running: isInFlight,
  slow: isSlow,
  gone: (row) => row.ended?.client_gone === true,
  lost: (row) => row.abandoned,
  replay: (row) => row.head.replay_of !== undefined,
  imported: (row) => row.head.imported !== undefined,
  summary: (row) => row.ended?.detail === 'summary',
};

const time: RequestTerm = {
  takes: 'a range, local time: 14:02:10..14:02:31, 14:02..',
  make: (value) => {
    const isWithin = parseTimeRange(value);
    return isWithin && ((row) => isWithin(row.started));
  },
};

const some =
  <Event>(events: (row: RequestRow) => readonly Event[], text: (event: Event) => string) =>
  (value: string): RequestTest => {
    const matches = matcher(value);
    return (row) => events(row).some((event) => matches(text(event)));
  };

/** These look into what belongs to a request, but is kept beside it. */
const within = (context: Context): Record<string, RequestTerm> => ({
  log: {
    takes: 'part of a log line: log:"not found"',
    make: some(
      (row) => (row.logs > 0 ? context.logsOf(row.head.request) : []),
      (log) => log.body,
    ),
  },
  exception: {
    takes: 'an exception, by type or message: KeyError',
    make: some(
      (row) => (row.exceptions > 0 ? context.exceptionsOf(row.head.request) : []),
      (event) => `${event['exception.type']}: ${event['exception.message']}`,
    ),
    seen: (row) =>
      row.exceptions > 0
        ? context.exceptionsOf(row.head.request).map((event) => event['exception.type'])
        : null,
  },
});

export const requestTerms = (context: Context): Terms<RequestRow> => ({
  keys: {
    status,
    method: textTerm('a method: POST', (row) => row.head['http.request.method']),
    route: textTerm(
      'a route, or part of it; the path of what has none',
      (row) => row.ended?.['http.route'] ?? row.head['url.path'],
    ),
    view: textTerm('a view, or part of its name', (row) => row.ended?.view),
    slower: byDuration((is, limit) => is >= limit),
    faster: byDuration((is, limit) => is < limit),
    has: oneOf(HAS),
    is: oneOf(IS),
    db: spans('sql', ['0', '>20', '>50ms']),
    http: spans('http', ['>0', '>200ms']),
    cache: spans('cache', ['>0', '>50ms']),
    template: spans('template', ['>0', '>50ms']),
    worker: wholeNumber("a worker's number", (row) => row.head.worker),
    gen: wholeNumber('a generation', (row) => row.head.generation),
    framework: textTerm('django, flask or bottle', (row) => row.ended?.framework),
    ...within(context),
    size: figure(
      'size',
      'a size: >1mb, <10kb',
      ['>100kb', '>1mb'],
      (ended) => ended['http.response.body.size'],
    ),
    cpu: figure('time', 'processor time: >50ms', ['>50ms', '>200ms'], (ended) => ended.cpu),
    time,
    trace: textTerm('a trace id', (row) => row.head.trace_id),
  },
  text: (value) => {
    const matches = matcher(value);
    return ({ head }) =>
      matches(head['url.query'] ? `${head['url.path']}?${head['url.query']}` : head['url.path']);
  },
});
