/** Gunicorn's log lines: `[2026-11-22 10:41:39 +0000] [4711] [INFO] Listening at: …`. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  level: LogLevel;
  message: string;
}

const FORMAT = /^\[[^\]]+\] \[\d+\] \[([A-Z]+)\] ?(.*)$/;
const LEVELS: Record<string, LogLevel> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
};

/** A line of another shape (a `print`, a traceback) is passed on as it is. */
export function parseLogLine(line: string): LogLine {
  const [, level = '', message = line] = FORMAT.exec(line) ?? [];
  return { level: LEVELS[level] ?? 'info', message };
}

/** Takes the token out of the panel's address: whoever has it can start a debugger. */
export const withoutToken = (line: string) => line.replace(/([#?&]token=)[\w%.~+/=-]+/g, '$1…');
