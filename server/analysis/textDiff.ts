/** What is other in a second text, line by line; long runs of what is the same are folded. */

import { diffLines } from 'diff';
import type { DiffLine, FieldDifference } from '../stream/comparison.ts';
import type { Body, Fields } from '../stream/trace.ts';

/** Lines of what is the same beside what is not. */
const CONTEXT = 3;
/** Milliseconds; texts that have next to nothing in common take long. */
const PATIENCE = 50;

/** Null when one of them was not kept as text; empty when they are the same. */
export function diffBodies(before: Body | null, after: Body | null): DiffLine[] | null {
  if (before === null && after === null) return [];
  if (before?.text === null || after?.text === null) return null;
  return diffTexts(readable(before), readable(after));
}

/** JSON in lines, so that what differs is a line. */
function readable(body: Body | null): string {
  if (!body?.text) return '';
  if (!/\bjson\b/.test(body.content_type)) return body.text;
  try {
    return JSON.stringify(JSON.parse(body.text), null, 2);
  } catch {
    return body.text; // cut, or not JSON after all
  }
}

export function diffTexts(before: string, after: string): DiffLine[] {
  if (before === after) return [];
  const parts = diffLines(before, after, { timeout: PATIENCE }) ?? [
    { value: before, removed: true },
    { value: after, added: true },
  ];
  const isLast = (index: number): boolean => index === parts.length - 1;
  return parts.flatMap((part, index) => {
    if (part.value === '') return [];
    const lines = part.value.replace(/\n$/, '').split('\n');
    if (part.added) return lines.map((text) => ({ change: 'new', text }) as const);
    if (part.removed) return lines.map((text) => ({ change: 'gone', text }) as const);
    return fold(lines, index > 0, !isLast(index));
  });
}

function fold(lines: string[], hasBefore: boolean, hasAfter: boolean): DiffLine[] {
  const head = hasBefore ? CONTEXT : 0;
  const tail = hasAfter ? CONTEXT : 0;
  const same = (text: string) => ({ change: 'same', text }) as const;
  const skipped = lines.length - head - tail;
  if (skipped < 2) return lines.map(same);
  const last = tail > 0 ? lines.slice(-tail) : [];
  return [...lines.slice(0, head).map(same), { skipped }, ...last.map(same)];
}

/** By name, without case; those of the same name as one. `ignored` names are in lower case. */
export function diffFields(
  before: Fields,
  after: Fields,
  ignored: ReadonlySet<string> = new Set(),
): FieldDifference[] {
  const [left, right] = [joined(before), joined(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names
    .filter((name) => !ignored.has(name) && left.get(name)?.value !== right.get(name)?.value)
    .map((key) => ({
      name: right.get(key)?.name ?? left.get(key)?.name ?? key,
      before: left.get(key)?.value ?? null,
      after: right.get(key)?.value ?? null,
    }));
}

function joined(fields: Fields): Map<string, { name: string; value: string }> {
  const all = new Map<string, { name: string; value: string }>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const known = all.get(key);
    all.set(key, { name, value: known ? `${known.value}, ${value}` : value });
  }
  return all;
}
