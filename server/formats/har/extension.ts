/** `_prefork` of a HAR entry: what Prefork knows of a request besides what HAR has fields for. */

import type { ExceptionEvent, LogEvent, RequestEnded } from '../../stream/protocol.ts';
import type { Body, Trace } from '../../stream/trace.ts';
import type { Captured } from '../captured.ts';

/** Of a trace, all that is not in the entry itself. */
export interface TraceRest
  extends Pick<Trace, 'spans' | 'groups' | 'findings' | 'tracestate' | 'profile'> {
  request_body: BodyRest | null;
  response_body: BodyRest | null;
}

type BodyRest = Pick<Body, 'size' | 'cut' | 'redacted'>;
type Unnumbered<Event> = Omit<Event, 'sequence'>;

export interface Extension {
  request: Partial<Unnumbered<RequestEnded>>;
  /** Null when it is no longer kept. */
  trace: TraceRest | null;
  logs: Unnumbered<LogEvent>[];
  exceptions: Unnumbered<ExceptionEvent>[];
}

export function extensionOf({ request, trace, logs, exceptions }: Captured): Extension {
  return {
    request: unnumbered(request as RequestEnded),
    trace: trace && restOf(trace),
    logs: logs.map(unnumbered),
    exceptions: exceptions.map(unnumbered),
  };
}

function unnumbered<Event extends { sequence: number }>({ sequence: _, ...event }: Event) {
  return event;
}

function restOf(trace: Trace): TraceRest {
  const { request_headers: _, response_headers: __, request_body, response_body, ...rest } = trace;
  return { ...rest, request_body: bodyRest(request_body), response_body: bodyRest(response_body) };
}

const bodyRest = (body: Body | null): BodyRest | null =>
  body && { size: body.size, cut: body.cut, ...(body.redacted && { redacted: true }) };
