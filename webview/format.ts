/** Figures as people read them. Durations come in microseconds, times since the Unix epoch. */

import type { Microseconds } from '../server/stream/protocol.ts';

/** `840 µs`, `3.2 ms`, `412 ms`, `1.24 s`, `2 min 5 s`. */
export function duration(value: Microseconds): string {
  if (value < 1000) return `${value} µs`;
  if (value < 9950) return `${(value / 1000).toFixed(1)} ms`;
  if (value < 999_500) return `${Math.round(value / 1000)} ms`;
  const seconds = value / 1_000_000;
  if (seconds < 99.995) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `512 B`, `48 kB`, `1.2 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 999_500) return `${Math.round(value / 1000)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time, `14:02:31`. */
export function clockTime(time: Microseconds): string {
  const date = new Date(time / 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** Local time to the millisecond, `14:02:31.207`. */
export function exactTime(time: Microseconds): string {
  const milliseconds = Math.floor(time / 1000) % 1000;
  return `${clockTime(time)}.${String(milliseconds).padStart(3, '0')}`;
}

/** `10,000`. */
export const count = (value: number): string => value.toLocaleString('en-US');

export const plural = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : nouns}`;

/** What a library's path begins with, wherever its environment lies. */
const LIBRARIES = /^.*\/(?:(?:site|dist)-packages|lib\/python3\.\d+)\//;

/** A path as seen from the app's folder, or from the libraries' own; absolute when it lies elsewhere. */
export function shortPath(file: string, root: string): string {
  if (LIBRARIES.test(file)) return file.replace(LIBRARIES, '');
  const folder = root.endsWith('/') ? root : `${root}/`;
  return root && file.startsWith(folder) ? file.slice(folder.length) : file;
}
