/** Text as Python source. */

import type { Part } from '../hidden.ts';

/** Would not be seen, or would turn the line around. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]/gu;
const WIDTH = 80;

/** JSON's escapes are Python's, too; in single quotes where that saves some. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).replace(
    UNSEEN,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const single = text.includes('"') && !text.includes("'");
  return single ? `'${escaped.slice(1, -1).replaceAll('\\"', '"')}'` : escaped;
}

/** Of one line, or in parentheses, a line of source for each line of text. */
export function block(text: string, indent = ''): string {
  const lines = text.split(/(?<=\n)/).flatMap((line) => line.match(/.{1,80}/gsu) ?? []);
  if (lines.length <= 1 && text.length <= WIDTH) return literal(text);
  return `(\n${lines.map((line) => `${indent}    ${literal(line)}\n`).join('')}${indent})`;
}

/** An expression; what was hidden is asked for by `hidden(name)`. */
export function expression(parts: Part[]): string {
  if (parts.length === 0) return '""';
  return parts
    .map((part) => (typeof part === 'string' ? literal(part) : `hidden(${literal(part.variable)})`))
    .join(' + ');
}

/** For a docstring or a comment: one line that ends neither. */
export const plain = (text: string): string =>
  text.replace(/[^ -~\u00a0-\u2000]+/g, ' ').replace(/["\\]/g, "'");
