/** The span of a request itself, by the conventions for HTTP servers. Durations of our own are in microseconds. */

import type { ExceptionEvent, RequestEnded, RequestStarted } from '../../stream/protocol.ts';
import { routeOf } from '../../stream/route.ts';
import type { Fields, Trace } from '../../stream/trace.ts';
import { type Captured, fieldOf, type Origin, outcomeOf } from '../captured.ts';
import { baseOf } from '../sendable.ts';
import { placed } from './childSpans.ts';
import { ERROR, type OtlpEvent, type OtlpSpan, SERVER } from './messages.ts';
import { attributes, type Named, nanoseconds } from './values.ts';

export function serverSpan(captured: Captured, origin: Origin): OtlpSpan {
  const { request, trace, exceptions } = captured;
  const { started, duration } = outcomeOf(captured);
  return {
    traceId: request.trace_id,
    spanId: request.request,
    ...(request.parent_span_id && { parentSpanId: request.parent_span_id }),
    ...(trace?.tracestate && { traceState: trace.tracestate }),
    name: nameOf(request),
    kind: SERVER,
    startTimeUnixNano: nanoseconds(started),
    endTimeUnixNano: nanoseconds(started + duration),
    attributes: attributes({
      ...asked(captured),
      'url.scheme': baseOf(origin).base.split(':')[0],
      ...(request.type === 'request.ended' && answered(request, exceptions)),
      ...fields('request', trace?.request_headers ?? []),
      ...fields('response', trace?.response_headers ?? []),
    }),
    events: [...exceptions.map(exceptionEvent), ...(trace ? remarks(trace, started) : [])],
    status: failed(captured) ? { code: ERROR } : {},
  };
}

const nameOf = (request: RequestEnded | RequestStarted): string =>
  request.type === 'request.ended' && request['http.route']
    ? routeOf(request)
    : request['http.request.method'];

function failed(captured: Captured): boolean {
  const { status } = outcomeOf(captured);
  return captured.request.type === 'request.ended' && (status === null || status >= 500);
}

function asked({ request, trace }: Captured): Named {
  const headers = trace?.request_headers ?? [];
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(fieldOf(headers, 'host') ?? '') ?? [];
  return {
    'http.request.method': request['http.request.method'],
    'url.path': request['url.path'],
    'url.query': request['url.query'],
    'server.address': host,
    'server.port': port === undefined ? undefined : Number(port),
    'client.address': request['client.address'],
    'user_agent.original': fieldOf(headers, 'user-agent'),
    'thread.id': request['thread.id'],
    'prefork.worker': request.worker,
    'prefork.generation': request.generation,
    'prefork.replay_of': request.replay_of,
  };
}

function answered(request: RequestEnded, exceptions: ExceptionEvent[]): Named {
  const { phases, totals } = request;
  const status = request['http.response.status_code'];
  const error = exceptions.find(({ kind }) => kind === 'uncaught' || kind === 'answered');
  const isError = status === null || status >= 500;
  return {
    'http.route': request['http.route'],
    'http.response.status_code': status,
    'http.request.body.size': request['http.request.body.size'],
    'http.response.body.size': request['http.response.body.size'],
    'error.type': isError ? (error?.['exception.type'] ?? String(status ?? '_OTHER')) : null,
    'code.function.name': request.view,
    'prefork.framework': request.framework,
    'prefork.cpu': request.cpu,
    'prefork.client_gone': request.client_gone || null,
    ...numbered('prefork.phase', phases),
    ...Object.assign(
      {},
      ...Object.entries(totals).map(([kind, total]) => numbered(`prefork.${kind}`, total)),
    ),
  };
}

const numbered = (prefix: string, values: object): Named =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

/** As the conventions have it: lower case, and a list each. */
function fields(side: 'request' | 'response', headers: Fields): Named {
  const named: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const key = `http.${side}.header.${name.toLowerCase()}`;
    named[key] = [...(named[key] ?? []), value];
  }
  return named;
}

export function exceptionEvent(exception: ExceptionEvent): OtlpEvent {
  return {
    timeUnixNano: nanoseconds(exception.time),
    name: 'exception',
    attributes: attributes(exceptionAttributes(exception)),
  };
}

export const exceptionAttributes = (exception: ExceptionEvent): Named => ({
  'exception.type': exception['exception.type'],
  'exception.message': exception['exception.message'],
  'exception.stacktrace': exception['exception.stacktrace'],
  'prefork.exception': exception.exception,
  'prefork.exception.kind': exception.kind,
});

/** What was found in the trace, and the spans past its bound, added up. */
function remarks({ findings, groups }: Trace, started: number): OtlpEvent[] {
  const timeUnixNano = nanoseconds(started);
  const found = findings.map(({ site, template: _, ...finding }) => ({
    name: 'prefork.finding',
    attributes: attributes({ ...prefixed(finding), ...placed(site) }),
  }));
  const further = groups.map(({ site, ...group }) => ({
    name: 'prefork.group',
    attributes: attributes({ ...prefixed(group), ...placed(site) }),
  }));
  return [...found, ...further].map((event) => ({ timeUnixNano, ...event }));
}

const prefixed = (values: object): Named => numbered('prefork', values);
