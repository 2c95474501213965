/** The kept requests that a filter of the panel's grammar lets pass. Pure. */

import { compile } from '../../server/stream/filter/filter.ts';
import { isCutShort, type RequestRow } from '../../server/stream/filter/requestRow.ts';
import { requestTerms } from '../../server/stream/filter/requestTerms.ts';
import type {
  ExceptionEvent,
  KeptEvent,
  LogEvent,
  RequestEnded,
} from '../../server/stream/protocol.ts';

/** By the request that they belong to. */
type ByRequest<Event> = Map<string | undefined, Event[]>;

interface Kept {
  requests: RequestEnded[];
  logs: ByRequest<LogEvent>;
  exceptions: ByRequest<ExceptionEvent>;
}

/**
 * The newest first.
 * @throws Error that says which word of the filter makes no sense, and what would
 */
export function matching(
  events: readonly KeptEvent[],
  filter: string,
  now: number,
): RequestEnded[] {
  const kept = sorted(events);
  const { passes, problems } = compile(
    filter,
    requestTerms({
      logsOf: (request) => kept.logs.get(request) ?? [],
      exceptionsOf: (request) => kept.exceptions.get(request) ?? [],
    }),
  );
  const [problem] = problems;
  if (problem) throw new Error(`"${problem.word}" in the filter: ${problem.why}`);
  return kept.requests.filter((request) => passes(rowOf(request, kept), now)).reverse();
}

function sorted(events: readonly KeptEvent[]): Kept {
  const of = <Type extends KeptEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<KeptEvent, { type: Type }> => event.type === type);
  return {
    requests: of('request.ended'),
    logs: byRequest(of('log')),
    exceptions: byRequest(of('exception')),
  };
}

function byRequest<Event extends { request?: string }>(events: Event[]): ByRequest<Event> {
  const groups: ByRequest<Event> = new Map();
  for (const event of events) {
    const group = groups.get(event.request);
    if (group) group.push(event);
    else groups.set(event.request, [event]);
  }
  return groups;
}

function rowOf(ended: RequestEnded, { logs, exceptions }: Kept): RequestRow {
  const severities = (logs.get(ended.request) ?? []).map((log) => log.severity_number);
  const faults = (exceptions.get(ended.request) ?? []).filter(({ kind }) => kind !== 'handled');
  return {
    kind: 'request',
    key: ended.started,
    head: ended,
    started: ended.started,
    ended,
    abandoned: isCutShort(ended),
    logs: ended.logs,
    exceptions: ended.exceptions,
    faults: faults.length,
    severity: severities.reduce<RequestRow['severity']>((a, b) => (a > b ? a : b), 0),
  };
}
