/**
 * HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/). What it has no field for is in the
 * custom ones that it allows: `_prefork` of each entry, from which an import has the whole request again.
 */

import type { Captured, Origin } from '../captured.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import { type Extension, extensionOf } from './extension.ts';
import { type Timings, timingsOf } from './timings.ts';

export interface Entry extends Exchange {
  startedDateTime: string;
  time: number;
  cache: Record<never, never>;
  timings: Timings;
  _prefork: Extension;
}

export function entryOf(captured: Captured, origin: Origin): Entry {
  const { request } = captured;
  const ended = request.type === 'request.ended';
  const started = ended ? request.started : request.time;
  return {
    startedDateTime: new Date(started / 1000).toISOString(),
    time: ended ? request.duration / 1000 : 0,
    ...exchangeOf(captured, origin),
    cache: {},
    timings: timingsOf(captured),
    _prefork: extensionOf(captured),
  };
}

/** The whole file; the entries are JSON already. `comment` says what is left out. */
export function harFile(entries: string[], origin: Origin, comment = ''): string {
  const creator = { name: 'Prefork', version: origin.version };
  const head = JSON.stringify({ version: '1.2', creator, ...(comment && { comment }) });
  return `{"log":${head.slice(0, -1)},"entries":[\n${entries.join(',\n')}\n]}}\n`;
}
