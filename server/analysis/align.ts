/**
 * Aligns the spans of two traces. Spans of one kind, text and line are one entry; lines move when code is
 * edited, so an entry's partner is sought by its line, its function, its file, and last by its text alone.
 */

import type { SpanDifference } from '../stream/comparison.ts';
import type { Place, Span, SpanGroup, Trace } from '../stream/trace.ts';
import { groupBy } from './groupBy.ts';

type Amount = SpanDifference['before'];

interface Entry extends Amount {
  kind: Span['kind'];
  text: string;
  site: Place | null;
}

const NONE: Amount = { count: 0, duration: 0 };

/** Those that differ the most first; spans past a trace's bound are counted, too. */
export function alignSpans(before: Trace, after: Trace): SpanDifference[] {
  const pairs = pairUp(entriesOf(before), entriesOf(after));
  return pairs.map(differenceOf).sort(byWeight);
}

function entriesOf({ spans, groups }: Trace): Entry[] {
  const entries = new Map<string, Entry>();
  for (const span of [...spans, ...groups]) {
    const { kind, text, site } = span;
    const key = `${kind}\n${text}\n${site?.['code.file.path']}:${site?.['code.line.number']}`;
    const entry = entries.get(key) ?? { kind, text, site, ...NONE };
    entries.set(key, entry);
    entry.count += countOf(span);
    entry.duration += span.duration;
  }
  return [...entries.values()];
}

const countOf = (span: Span | SpanGroup): number => ('count' in span ? span.count : 1);

type Pair = [before: Entry | undefined, after: Entry | undefined];

const inFunction = ({ kind, text, site }: Entry): string =>
  [kind, text, site?.['code.file.path'], site?.['code.function.name']].join('\n');
const inFile = ({ kind, text, site }: Entry): string =>
  [kind, text, site?.['code.file.path']].join('\n');
const anywhere = ({ kind, text }: Entry): string => `${kind}\n${text}`;

function pairUp(before: Entry[], after: Entry[]): Pair[] {
  const pairs: Pair[] = [];
  let [left, right] = [before, after];
  for (const keyOf of [inFunction, inFile, anywhere]) {
    const found = pairBy(keyOf, left, right);
    pairs.push(...found);
    const paired = new Set(found.flat());
    left = left.filter((entry) => !paired.has(entry));
    right = right.filter((entry) => !paired.has(entry));
  }
  for (const entry of left) pairs.push([entry, undefined]);
  for (const entry of right) pairs.push([undefined, entry]);
  return pairs;
}

function pairBy(keyOf: (entry: Entry) => string, before: Entry[], after: Entry[]): Pair[] {
  const families = groupBy(after, keyOf);
  return [...groupBy(before, keyOf)].flatMap(([key, left]) =>
    pairFamily(left, families.get(key) ?? []),
  );
}

/** As many on both sides: in the order of their lines, however far those moved. Else by line first. */
function pairFamily(before: Entry[], after: Entry[]): Pair[] {
  const [left, right] = [before.toSorted(byLine), after.toSorted(byLine)];
  if (left.length === right.length) return left.map((entry, index) => [entry, right[index]]);
  const unmoved = left.flatMap((entry): Pair[] => {
    const same = right.find((other) => lineOf(other) === lineOf(entry));
    return same ? [[entry, same]] : [];
  });
  const paired = new Set(unmoved.flat());
  const rest = right.filter((entry) => !paired.has(entry));
  const moved = left
    .filter((entry) => !paired.has(entry))
    .slice(0, rest.length)
    .map((entry, index): Pair => [entry, rest[index]]);
  return [...unmoved, ...moved];
}

const lineOf = ({ site }: Entry): number => site?.['code.line.number'] ?? 0;
const byLine = (a: Entry, b: Entry): number => lineOf(a) - lineOf(b);

function differenceOf([before, after]: Pair): SpanDifference {
  const { kind, text, site } = (after ?? before) as Entry;
  return { kind, text, site, before: amountOf(before), after: amountOf(after) };
}

const amountOf = (entry: Entry | undefined): Amount =>
  entry ? { count: entry.count, duration: entry.duration } : NONE;

/** Other counts outweigh other times, of which no two runs have the same. */
function byWeight(a: SpanDifference, b: SpanDifference): number {
  const differs = (one: SpanDifference): number => Number(one.before.count !== one.after.count);
  const moved = (one: SpanDifference): number => Math.abs(one.after.duration - one.before.duration);
  return differs(b) - differs(a) || moved(b) - moved(a);
}
