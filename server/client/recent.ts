/** What a watcher learns of requests from the stream: each as a row that filters judge. */

import { isCutShort, type RequestRow } from '../stream/filter/requestRow.ts';
import type { Context } from '../stream/filter/requestTerms.ts';
import type { ExceptionEvent, KeptEvent, LogEvent, RequestEnded } from '../stream/protocol.ts';

/** Of so many requests log lines and exceptions are remembered; they come before the request's end. */
const REMEMBERED = 2_000;

export interface Recent extends Context {
  see(event: KeptEvent): void;
  rowOf(ended: RequestEnded): RequestRow;
  /** The one that a failed reload names. */
  exception(id: string | undefined): ExceptionEvent | undefined;
}

interface Told {
  logs: LogEvent[];
  exceptions: ExceptionEvent[];
}

export function createRecent(): Recent {
  const byRequest = new Map<string, Told>();
  const failures = new Map<string, ExceptionEvent>();
  const told = (request: string): Told => byRequest.get(request) ?? { logs: [], exceptions: [] };

  return {
    see: (event) => {
      if (event.type === 'exception') remember(failures, event.exception, event);
      if ((event.type !== 'log' && event.type !== 'exception') || !event.request) return;
      const known = told(event.request);
      if (event.type === 'log') known.logs.push(event);
      else known.exceptions.push(event);
      remember(byRequest, event.request, known);
    },
    logsOf: (request) => told(request).logs,
    exceptionsOf: (request) => told(request).exceptions,
    exception: (id) => (id === undefined ? undefined : failures.get(id)),
    rowOf: (ended) => rowOf(ended, told(ended.request)),
  };
}

function rowOf(ended: RequestEnded, { logs, exceptions }: Told): RequestRow {
  return {
    kind: 'request',
    key: ended.sequence,
    head: ended,
    started: ended.started,
    ended,
    abandoned: isCutShort(ended),
    logs: ended.logs,
    exceptions: ended.exceptions,
    faults: exceptions.filter(({ kind }) => kind !== 'handled').length,
    severity: logs.reduce<RequestRow['severity']>(
      (worst, { severity_number }) => (severity_number > worst ? severity_number : worst),
      0,
    ),
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
