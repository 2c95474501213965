/** What the filter box knows of log lines: `level:warning source:stdout worker:2 text`. */

import type { Terms, Test } from '../../server/stream/filter/filter.ts';
import {
  matcher,
  parseTimeRange,
  textTerm,
  wholeNumber,
} from '../../server/stream/filter/values.ts';
import type { LogEvent, SeverityNumber } from '../../server/stream/protocol.ts';
import { shortPath } from '../format.ts';

const LEVELS: Record<string, SeverityNumber> = {
  debug: 5,
  info: 9,
  warning: 13,
  error: 17,
  critical: 21,
};

/** This level and what is worse. */
function level(value: string): Test<LogEvent> | null {
  const name = Object.keys(LEVELS).find((known) => known.startsWith(value.toLowerCase()));
  const least = name && LEVELS[name];
  return least ? (log) => log.severity_number >= least : null;
}

const placeOf = (log: LogEvent): string | null =>
  log['code.file.path']
    ? `${shortPath(log['code.file.path'], '')}:${log['code.line.number']}`
    : null;

const time = (value: string): Test<LogEvent> | null => {
  const isWithin = parseTimeRange(value);
  return isWithin && ((log) => isWithin(log.time));
};

export const LOG_TERMS: Terms<LogEvent> = {
  keys: {
    level: {
      takes: `this level and what is worse: ${Object.keys(LEVELS).join(', ')}`,
      offers: Object.keys(LEVELS),
      make: level,
    },
    source: textTerm('logging, stdout, stderr, wsgi.errors or server', (log) => log.source),
    logger: {
      takes: "a logger's name; its children are meant, too",
      make: (value) => (log) => (log.logger ?? '').toLowerCase().startsWith(value.toLowerCase()),
      seen: (log) => log.logger,
    },
    worker: wholeNumber("a worker's number", (log) => log.worker),
    gen: wholeNumber('a generation', (log) => log.generation),
    request: { takes: "a request's id", make: (value) => (log) => log.request === value },
    file: textTerm('a file, or part of its path', placeOf),
    time: { takes: 'a range, local time: 14:02:10..14:02:31, 14:02..', make: time },
  },
  text: (value) => {
    const matches = matcher(value);
    return (log) => matches(log.body);
  },
};
