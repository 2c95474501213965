/** What the filter box knows of requests: `status:5xx slower:200ms method:POST worker:2 …`. */

import { durationOf, hasError, isInFlight, type RequestRow, statusOf } from '../model/rows.ts';
import { type Terms, type Test, wholeNumber } from './filter.ts';

type RequestTest = Test<RequestRow>;

/** `404`, `4xx`, or `none` for a request without a status. */
function status(value: string): RequestTest | null {
  if (value === 'none') return (row) => statusOf(row) === null;
  if (!/^[1-5](\d\d|xx)$/.test(value)) return null;
  const digits = value.replace('xx', '');
  return (row) => String(statusOf(row) ?? '').startsWith(digits);
}

const UNITS: Record<string, number> = { us: 1, µs: 1, ms: 1000, s: 1_000_000 };

/** `200ms`, `1.5s`, `800us`; milliseconds when it does not say. */
function slower(value: string): RequestTest | null {
  const [, figure, unit = 'ms'] = /^(\d+(?:\.\d+)?)(us|µs|ms|s)?$/.exec(value) ?? [];
  if (figure === undefined) return null;
  const limit = Number(figure) * (UNITS[unit] ?? 0);
  return (row, now) => durationOf(row, now) >= limit;
}

const HAS: Record<string, RequestTest> = {
  error: hasError,
  exception: (row) => row.exceptions > 0,
  log: (row) => row.logs > 0,
  warning: (row) => row.severity >= 13,
};

const IS: Record<string, RequestTest> = {
  running: isInFlight,
  lost: (row) => row.abandoned,
  gone: (row) => row.ended?.client_gone === true,
};

const oneOf = (tests: Record<string, RequestTest>) => (value: string) =>
  Object.hasOwn(tests, value) ? (tests[value] ?? null) : null;

export const REQUEST_TERMS: Terms<RequestRow> = {
  keys: {
    status,
    slower,
    method: (value) => (row) => row.head['http.request.method'].toLowerCase() === value,
    worker: wholeNumber((row) => row.head.worker),
    gen: wholeNumber((row) => row.head.generation),
    has: oneOf(HAS),
    is: oneOf(IS),
  },
  text: (value) => (row) =>
    `${row.head['url.path']}?${row.head['url.query']}`.toLowerCase().includes(value),
};
