/** What waits for the collector, within bounds: requests that ended, with their exceptions, and log lines. */

import type { Captured } from '../formats/captured.ts';
import { now } from '../stream/events.ts';
import type {
  ExceptionEvent,
  KeptEvent,
  LogEvent,
  RequestEnded,
  RequestStarted,
} from '../stream/protocol.ts';
import { remember } from './newest.ts';
import { createRaised } from './raised.ts';

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
/** A request that runs longer has been told of; in microseconds. */
const PATIENCE = 2_000_000;

export function createWaiting(limit = MAX_WAITING): Waiting {
  const requests: Captured[] = [];
  let lines: Line[] = [];
  const known = new Map<string, RequestStarted | RequestEnded>();
  const raised = createRaised();
  let lost = 0;

  const push = <Item>(list: Item[], item: Item): void => {
    list.push(item);
    if (list.length > limit) lost += list.splice(0, list.length - limit).length;
  };
  const learn = (request: RequestStarted | RequestEnded): void => {
    remember(known, request.request, request);
    if (request.type === 'request.started' || request.imported) return;
    push(requests, { request, exceptions: raised.take(request.request), logs: [], trace: null });
  };

  return {
    add: (event) => {
      if (event.type === 'request.started' || event.type === 'request.ended') learn(event);
      if (event.type !== 'log' && event.type !== 'exception') return;
      const request = known.get(event.request ?? '');
      if (request?.imported) return;
      if (event.type === 'log' || !raised.add(event, requests, request)) push(lines, event);
    },
    take: (most, mostLines, all = false) => {
      const ready = new Set(
        lines.filter((line) => all || isReady(line, known)).slice(0, mostLines),
      );
      lines = lines.filter((line) => !ready.has(line));
      return { requests: requests.splice(0, most), lines: [...ready] };
    },
    traceId: (request) => known.get(request)?.trace_id,
    get size() {
      return requests.length + lines.length;
    },
    get lost() {
      return lost;
    },
  };
}

const isReady = ({ request, time }: Line, known: ReadonlyMap<string, unknown>): boolean =>
  request === undefined || known.has(request) || time < now() - PATIENCE;
