/** What the filter box knows of log lines: `level:warning source:stdout worker:2 text`. */

import type { LogEvent, SeverityNumber } from '../../server/stream/protocol.ts';
import { type Terms, type Test, wholeNumber } from './filter.ts';

const LEVELS: Record<string, SeverityNumber> = {
  debug: 5,
  info: 9,
  warning: 13,
  error: 17,
  critical: 21,
};

/** This level and what is worse. */
function level(value: string): Test<LogEvent> | null {
  const name = Object.keys(LEVELS).find((known) => value !== '' && known.startsWith(value));
  const least = name && LEVELS[name];
  return least ? (log) => log.severity_number >= least : null;
}

export const LOG_TERMS: Terms<LogEvent> = {
  keys: {
    level,
    source: (value) => (log) => log.source === value,
    logger: (value) => (log) => (log.logger ?? '').toLowerCase().startsWith(value),
    worker: wholeNumber((log) => log.worker),
    gen: wholeNumber((log) => log.generation),
    request: (value) => (log) => log.request === value,
  },
  text: (value) => (log) => log.body.toLowerCase().includes(value),
};
