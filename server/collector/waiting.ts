/** What waits for the collector, within bounds: requests that ended, with their exceptions, and log lines. */

import type { Captured } from '../formats/captured.ts';
import { now } from '../stream/events.ts';
import type { ExceptionEvent, KeptEvent, LogEvent, RequestEnded } from '../stream/protocol.ts';

export type Line = LogEvent | ExceptionEvent;

export interface Waiting {
  add(event: KeptEvent): void;
  /** The oldest, at most so many; a line whose request is not known yet waits for that, unless `all` are wanted. */
  take(requests: number, lines: number, all?: boolean): { requests: Captured[]; lines: Line[] };
  /** Of the requests that were told of last. */
  traceId(request: string): string | undefined;
  readonly size: number;
  /** Requests and lines that found no room. */
  readonly lost: number;
}

/** Of either kind; the oldest are lost. */
const MAX_WAITING = 5_000;
const MAX_KNOWN = 10_000;
/** A request that runs longer has been told of; in microseconds. */
const PATIENCE = 2_000_000;

interface Known {
  traceId: string;
  ended: boolean;
}

export function createWaiting(limit = MAX_WAITING): Waiting {
  const requests: Captured[] = [];
  let lines: Line[] = [];
  const known = new Map<string, Known>();
  const raised = new Map<string, ExceptionEvent[]>();
  let lost = 0;

  const push = <Item>(list: Item[], item: Item): void => {
    list.push(item);
    if (list.length > limit) lost += list.splice(0, list.length - limit).length;
  };
  const end = (request: RequestEnded): void => {
    const exceptions = raised.get(request.request) ?? [];
    raised.delete(request.request);
    push(requests, { request, exceptions, logs: [], trace: null });
  };
  /** With the request's span, if that is still to be told. */
  const raise = (exception: ExceptionEvent): void => {
    const { request = '' } = exception;
    const waiting = requests.find((captured) => captured.request.request === request);
    if (waiting) waiting.exceptions.push(exception);
    else if (request === '' || known.get(request)?.ended) push(lines, exception);
    else remember(raised, request, [...(raised.get(request) ?? []), exception]);
  };
  const isReady = ({ request, time }: Line): boolean =>
    request === undefined || known.has(request) || time < now() - PATIENCE;

  return {
    add: (event) => {
      if (event.type === 'log') push(lines, event);
      if (event.type === 'exception') raise(event);
      if (event.type !== 'request.started' && event.type !== 'request.ended') return;
      if (event.imported) return;
      const ended = event.type === 'request.ended';
      remember(known, event.request, { traceId: event.trace_id, ended });
      if (ended) end(event);
    },
    take: (most, mostLines, all = false) => {
      const ready = lines.filter((line) => all || isReady(line)).slice(0, mostLines);
      const taken = new Set(ready);
      lines = lines.filter((line) => !taken.has(line));
      return { requests: requests.splice(0, most), lines: ready };
    },
    traceId: (request) => known.get(request)?.traceId,
    get size() {
      return requests.length + lines.length;
    },
    get lost() {
      return lost;
    },
  };
}

/** The newest of them. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KNOWN && oldest !== undefined) map.delete(oldest);
}
