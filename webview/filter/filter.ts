/** A filter: tokens compiled, by the terms that a view knows, into one predicate. */

import type { Microseconds } from '../../server/stream/protocol.ts';
import { type Token, tokenize } from './tokens.ts';

/** Whether one word of the filter holds for an item; `now` is on the server's clock. */
export type Test<Item> = (item: Item, now: Microseconds) => boolean;

export interface Terms<Item> {
  /** By key: from the value to its test, or null for a value that makes no sense. */
  keys: Record<string, (value: string) => Test<Item> | null>;
  /** Plain text; `value` is in lower case. */
  text: (value: string) => Test<Item>;
}

export interface Filter<Item> {
  text: string;
  /** True if everything passes. */
  empty: boolean;
  passes: Test<Item>;
  /** The words that were not understood, and are left out. */
  problems: string[];
}

function compileToken<Item>(token: Token, terms: Terms<Item>): Test<Item> | null {
  const make = Object.hasOwn(terms.keys, token.key) ? terms.keys[token.key] : undefined;
  if (token.key && make) return make(token.value.toLowerCase());
  // Not a key of ours: `http://…`, `Error:` and the like are text to look for.
  const value = token.key ? `${token.key}:${token.value}` : token.value;
  return terms.text(value.toLowerCase());
}

const negate =
  <Item>(test: Test<Item>): Test<Item> =>
  (item, now) =>
    !test(item, now);

export function compile<Item>(text: string, terms: Terms<Item>): Filter<Item> {
  const tests: Test<Item>[] = [];
  const problems: string[] = [];
  for (const token of tokenize(text)) {
    const test = compileToken(token, terms);
    if (test) tests.push(token.negated ? negate(test) : test);
    else problems.push(token.text);
  }
  const passes: Test<Item> = (item, now) => tests.every((test) => test(item, now));
  return { text, empty: tests.length === 0, passes, problems };
}

/** `key:3`, for the fields that are whole numbers. */
export function wholeNumber<Item>(field: (item: Item) => number | undefined) {
  return (value: string): Test<Item> | null => {
    if (!/^\d+$/.test(value)) return null;
    return (item) => field(item) === Number(value);
  };
}
