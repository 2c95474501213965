/** What can be offered for the word at the caret: keys, and the values that were seen, by how often. */

import { type Term, type Terms, termOf } from '../../server/stream/filter/filter.ts';

export interface Option {
  /** The word as it would stand in the filter, a `-` before it included. */
  word: string;
  /** What it means, or how often it was seen. */
  detail: string;
  /** A key alone: its value is to follow. */
  isKey: boolean;
}

export interface Completion {
  /** The part of the text that an option takes the place of. */
  from: number;
  to: number;
  options: Option[];
}

const MOST = 10;

/** Where the word begins that the caret stands at the end of; quotes may hold spaces. */
function wordStart(before: string): number {
  return before.length - (/(?:"[^"]*"|"[^"]*$|[^\s"])*$/.exec(before)?.[0].length ?? 0);
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

/** Values by how many items have them, what is offered anyway included. */
function valuesOf<Item>(term: Term<Item>, items: readonly Item[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (value: string): unknown => counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const item of term.seen ? items : []) {
    const seen = term.seen?.(item);
    if (Array.isArray(seen)) seen.forEach(add);
    else if (seen != null && seen !== '') add(String(seen));
  }
  for (const offer of term.offers ?? []) if (!counts.has(offer)) counts.set(offer, 0);
  return counts;
}

function valueOptions<Item>(
  prefix: string,
  term: Term<Item>,
  typed: string,
  items: readonly Item[],
): Option[] {
  const wanted = typed.replaceAll('"', '').toLowerCase();
  return [...valuesOf(term, items)]
    .filter(([value]) => value.toLowerCase().includes(wanted))
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([value, count]) => ({
      word: `${prefix}${quoted(value)}`,
      detail: count > 0 ? `${count}×` : '',
      isKey: false,
    }));
}

function keyOptions<Item>(minus: string, typed: string, terms: Terms<Item>): Option[] {
  return Object.entries(terms.keys)
    .filter(([key]) => key.startsWith(typed.toLowerCase()))
    .map(([key, { takes }]) => ({ word: `${minus}${key}:`, detail: takes, isKey: true }));
}

/** `5xx` is found as `status:5xx`, `orders` as `route:/orders/`. */
function anyValue<Item>(
  minus: string,
  typed: string,
  terms: Terms<Item>,
  items: readonly Item[],
): Option[] {
  if (typed.length < 2) return [];
  return Object.entries(terms.keys).flatMap(([key, term]) =>
    valueOptions(`${minus}${key}:`, term, typed, items).slice(0, 3),
  );
}

/** Null when there is nothing to offer. `items` are those that values are taken from. */
export function complete<Item>(
  text: string,
  caret: number,
  terms: Terms<Item>,
  items: readonly Item[],
): Completion | null {
  const from = wordStart(text.slice(0, caret));
  const word = text.slice(from, caret);
  const [, minus = '', key, value = ''] = /^(-?)(?:([a-z]+):)?(.*)$/s.exec(word) ?? [];
  const term = key === undefined ? undefined : termOf(terms, key);
  const options = term
    ? valueOptions(`${minus}${key}:`, term, value, items)
    : [...keyOptions(minus, value, terms), ...anyValue(minus, value, terms, items)].slice(
        0,
        2 * MOST,
      );
  const isDone = options.length === 1 && options[0]?.word === word;
  return options.length === 0 || isDone ? null : { from, to: caret, options };
}
