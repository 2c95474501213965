/** A filter: tokens compiled, by the terms that a view knows, into one predicate. */

import type { Microseconds } from '../protocol.ts';
import { type Token, tokenize } from './tokens.ts';

/** Whether one word of the filter holds for an item; `now` is on the server's clock. */
export type Test<Item> = (item: Item, now: Microseconds) => boolean;

/** What `key:` means. */
export interface Term<Item> {
  /** What its value may be, for a person to read. */
  takes: string;
  /** @returns null for a value that makes no sense. @throws Error that says why. */
  make: (value: string) => Test<Item> | null;
  /** Values that always make sense. */
  offers?: readonly string[];
  /** The values of an item, to offer what was seen. */
  seen?: (item: Item) => string | number | readonly string[] | null | undefined;
}

export interface Terms<Item> {
  keys: Record<string, Term<Item>>;
  text: (value: string) => Test<Item>;
}

/** A word that does not mean what a person may think. */
export interface Problem {
  word: string;
  why: string;
}

export interface Filter<Item> {
  text: string;
  /** True if everything passes. */
  empty: boolean;
  passes: Test<Item>;
  problems: Problem[];
}

export function termOf<Item>(terms: Terms<Item>, key: string): Term<Item> | undefined {
  return Object.hasOwn(terms.keys, key) ? terms.keys[key] : undefined;
}

interface Compiled<Item> {
  test?: Test<Item>;
  /** Why it is left out, or that it is only looked for as text. */
  problem?: string;
}

function compileTerm<Item>(term: Term<Item>, value: string): Compiled<Item> {
  if (value === '') return { problem: `takes ${term.takes}` };
  const test = term.make(value);
  return test ? { test } : { problem: `takes ${term.takes}` };
}

/** Not a key of ours: `http://…`, `Error:` and the like are text to look for. */
function compileText<Item>({ key, value }: Token, terms: Terms<Item>): Compiled<Item> {
  const test = terms.text(key ? `${key}:${value}` : value);
  const isTypo = key !== '' && value !== '' && !value.startsWith('/');
  return isTypo ? { test, problem: 'is looked for as text: there is no such key' } : { test };
}

function compileToken<Item>(token: Token, terms: Terms<Item>): Compiled<Item> {
  const isAddress = token.value.startsWith('//');
  const term = isAddress ? undefined : termOf(terms, token.key);
  try {
    return term ? compileTerm(term, token.value) : compileText(token, terms);
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

const negate =
  <Item>(test: Test<Item>): Test<Item> =>
  (item, now) =>
    !test(item, now);

export function compile<Item>(text: string, terms: Terms<Item>): Filter<Item> {
  const tests: Test<Item>[] = [];
  const problems: Problem[] = [];
  for (const token of tokenize(text)) {
    const { test, problem } = compileToken(token, terms);
    if (test) tests.push(token.negated ? negate(test) : test);
    if (problem) problems.push({ word: token.text, why: problem });
  }
  const passes: Test<Item> = (item, now) => tests.every((test) => test(item, now));
  return { text, empty: tests.length === 0, passes, problems };
}
