/** What a value in the filter box can say: a text, a whole number, a comparison, a time of day. */

import type { Microseconds } from '../protocol.ts';
import type { Term, Test } from './filter.ts';

const SPECIAL = /[\\^$.|?*+()[\]{}]/;

/**
 * Whether a text holds `value`, in upper or lower case. Between slashes it is a regular expression, if
 * anything in it is special: `/orders/` is a path. @throws Error for a bad one.
 */
export function matcher(value: string): (text: string) => boolean {
  const pattern = /^\/(.+)\/$/.exec(value)?.[1];
  if (pattern === undefined || !SPECIAL.test(pattern)) {
    const wanted = value.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  const expression = new RegExp(pattern, 'i');
  return (text) => expression.test(text);
}

/** A key whose value is a text, or part of it, among those that an item has. */
export function textTerm<Item>(
  takes: string,
  textsOf: (item: Item) => string | null | undefined,
): Term<Item> {
  return {
    takes,
    make: (value) => {
      const matches = matcher(value);
      return (item) => {
        const text = textsOf(item);
        return text != null && matches(text);
      };
    },
    seen: textsOf,
  };
}

export function wholeNumber<Item>(
  takes: string,
  field: (item: Item) => number | undefined,
): Term<Item> {
  return {
    takes,
    make: (value) => (/^\d+$/.test(value) ? (item) => field(item) === Number(value) : null),
    seen: field,
  };
}

/** One of a few words, each with its test. */
export function oneOf<Item>(tests: Record<string, Test<Item>>): Term<Item> {
  const offers = Object.keys(tests);
  return {
    takes: offers.join(', '),
    offers,
    make: (value) => {
      const word = value.toLowerCase();
      return Object.hasOwn(tests, word) ? (tests[word] ?? null) : null;
    },
  };
}

const TIMES: Record<string, number> = { us: 1, µs: 1, ms: 1000, s: 1_000_000 };
const SIZES: Record<string, number> = { b: 1, kb: 1000, mb: 1_000_000, gb: 1_000_000_000 };

/** In microseconds: `200ms`, `1.5s`, `800us`; milliseconds when it does not say. Null if it is none. */
export function parseDuration(value: string): Microseconds | null {
  const [, figure, unit = 'ms'] = /^(\d+(?:\.\d+)?)(us|µs|ms|s)?$/i.exec(value) ?? [];
  return figure === undefined ? null : Number(figure) * (TIMES[unit.toLowerCase()] ?? 0);
}

export interface Comparison {
  /** `count` for a figure without a unit. */
  of: 'count' | 'time' | 'size';
  holds: (value: number) => boolean;
}

const OPERATORS: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
};

/** `>20`, `<=50ms`, `1mb`. Without an operator: that count, or at least that time or size. */
export function parseComparison(value: string): Comparison | null {
  const pattern = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?)(us|µs|ms|s|b|kb|mb|gb)?$/i;
  const [, operator, figure, unit = ''] = pattern.exec(value) ?? [];
  if (figure === undefined) return null;
  const name = unit.toLowerCase();
  const of = name in TIMES ? 'time' : name in SIZES ? 'size' : 'count';
  const compare = OPERATORS[operator ?? (of === 'count' ? '=' : '>=')];
  const limit = Number(figure) * (TIMES[name] ?? SIZES[name] ?? 1);
  return compare ? { of, holds: (is) => compare(is, limit) } : null;
}

/** Seconds since midnight, local time; null if it is not `14:02` or `14:02:31`. */
function parseClock(text: string): number | null {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function clockOf(time: Microseconds): number {
  const date = new Date(time / 1000);
  return date.getHours() * 3600 + date.getMinutes() * 60 + date.getSeconds();
}

/** `14:02:10..14:02:31`, over midnight too; either side may be missing. */
export function parseTimeRange(value: string): ((time: Microseconds) => boolean) | null {
  const [from = '', to = '', ...more] = value.split('..');
  const begin = from === '' ? 0 : parseClock(from);
  const end = to === '' ? 86_400 : parseClock(to);
  if (begin === null || end === null || more.length > 0 || !value.includes('..')) return null;
  return (time) => {
    const at = clockOf(time);
    return begin <= end ? at >= begin && at <= end : at >= begin || at <= end;
  };
}
