/** The server's own log: Gunicorn's line format, to the error log and to the stream. */

import { appendFileSync } from 'node:fs';
import type { SeverityNumber } from './stream/protocol.ts';

const LEVELS = { debug: 5, info: 9, warning: 13, error: 17, critical: 21 } as const;
export type Level = keyof typeof LEVELS;

export type Log = (level: Level, message: string) => void;

export interface LogOptions {
  /** Setting `errorlog`: a file, or `-` for stderr. */
  errorlog: string;
  /** Setting `loglevel`. */
  loglevel: string;
  journal(severity: SeverityNumber, message: string): void;
}

export function createLog(options: LogOptions): Log {
  const least = LEVELS[options.loglevel.toLowerCase() as Level] ?? LEVELS.info;
  return (level, message) => {
    if (LEVELS[level] < least) return;
    write(options.errorlog, line(level, message));
    options.journal(LEVELS[level], message);
  };
}

function write(errorlog: string, text: string): void {
  if (errorlog === '-') process.stderr.write(text);
  else appendFileSync(errorlog, text);
}

/** `[2026-11-22 10:41:39 +0000] [4711] [INFO] message`, as Gunicorn's `glogging` writes it. */
export function line(level: Level, message: string, when = new Date()): string {
  const [date, time] = new Date(when.getTime() - when.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 19)
    .split('T');
  return `[${date} ${time} ${offset(when)}] [${process.pid}] [${level.toUpperCase()}] ${message}\n`;
}

function offset(when: Date): string {
  const minutes = -when.getTimezoneOffset();
  const digits = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${digits(minutes / 60)}${digits(minutes % 60)}`;
}
