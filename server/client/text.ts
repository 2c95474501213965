/** Figures and columns for a terminal. Durations come in microseconds, times since the Unix epoch. */

import type { Microseconds } from '../stream/protocol.ts';
import type { Place } from '../stream/trace.ts';
import { safe } from './paint.ts';

/** `0.8 ms`, `412 ms`, `1.24 s`. */
export function duration(time: Microseconds): string {
  if (time < 9_950) return `${(time / 1000).toFixed(1)} ms`;
  return time < 999_500 ? `${Math.round(time / 1000)} ms` : `${(time / 1_000_000).toFixed(2)} s`;
}

/** Local time, `14:02:31.207`. */
export function clock(time: Microseconds): string {
  const date = new Date(time / 1000);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(
    (figure) => String(figure).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** A path as seen from the folder of the app. */
export const shortPath = (file: string, root: string): string =>
  safe(root && file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);

export const placeText = (place: Place | null, root: string): string =>
  place ? `${shortPath(place['code.file.path'], root)}:${place['code.line.number']}` : '';

/** Rows as lines; columns whose name begins with `>` stand at the right. The last one is not filled up. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const names = head.map((name) => name.replace('>', ''));
  const widths = names.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        head[at]?.startsWith('>') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [names, ...rows].map(line);
}
