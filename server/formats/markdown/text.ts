/** Captured text within Markdown: it stays text, whatever is in it, and within bounds. */

import type { Microseconds } from '../../stream/protocol.ts';
import type { Place } from '../../stream/trace.ts';

export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)} … (${text.length - most} more characters)`;
}

/** A block whose fence is longer than any in it (CommonMark, section 4.5). */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** In a line (section 6.1). */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = /^`|`$/.test(line) ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));

export const milliseconds = (time: Microseconds): string =>
  `${(time / 1000).toFixed(time < 10_000 ? 1 : 0)} ms`;

/** `orders/views.py:31 in OrderList.get`; paths count from `root`. */
export function placeText(place: Place, root: string): string {
  const { 'code.file.path': path, 'code.line.number': line, 'code.function.name': name } = place;
  const file = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  return `${file}:${line}${name ? ` in ${name}` : ''}`;
}
