/** Log lines, and exceptions that belong to no request. */

import type { ExceptionEvent, LogEvent, SeverityNumber } from '../../stream/protocol.ts';
import type { Origin } from '../captured.ts';
import { type LogRecord, type ResourceLogs, SCHEMA } from './messages.ts';
import { byProcess, resourceOf } from './resource.ts';
import { exceptionAttributes } from './serverSpan.ts';
import { attributes, nanoseconds } from './values.ts';

const SEVERITIES: Record<SeverityNumber, string> = {
  5: 'DEBUG',
  9: 'INFO',
  13: 'WARNING',
  17: 'ERROR',
  21: 'CRITICAL',
};

/** By the request's id. */
export type TraceIds = (request: string) => string | undefined;

/** A scope for each logger. */
export function resourceLogs(
  events: (LogEvent | ExceptionEvent)[],
  origin: Origin,
  traceIds: TraceIds,
): ResourceLogs[] {
  return byProcess(events).map((ofProcess) => {
    const scopes = new Map<string, LogRecord[]>();
    for (const event of ofProcess) {
      const name = event.type === 'log' ? (event.logger ?? event.source) : 'exceptions';
      scopes.set(name, [...(scopes.get(name) ?? []), recordOf(event, traceIds)]);
    }
    return {
      resource: resourceOf(origin, ofProcess[0] ?? {}),
      scopeLogs: [...scopes].map(([name, logRecords]) => ({ scope: { name }, logRecords })),
      schemaUrl: SCHEMA,
    };
  });
}

function recordOf(event: LogEvent | ExceptionEvent, traceIds: TraceIds): LogRecord {
  const { request } = event;
  const traceId = request && traceIds(request);
  return {
    timeUnixNano: nanoseconds(event.time),
    observedTimeUnixNano: nanoseconds(event.time),
    ...(event.type === 'log' ? lineOf(event) : exceptionOf(event)),
    ...(request && traceId && { traceId, spanId: request }),
  };
}

type Said = Pick<
  LogRecord,
  'severityNumber' | 'severityText' | 'body' | 'attributes' | 'eventName'
>;

const lineOf = (event: LogEvent): Said => ({
  severityNumber: event.severity_number,
  severityText: SEVERITIES[event.severity_number],
  body: { stringValue: event.body },
  attributes: attributes({
    'code.file.path': event['code.file.path'],
    'code.line.number': event['code.line.number'],
    'code.function.name': event['code.function.name'],
    'log.iostream': /^std/.test(event.source) ? event.source : null,
    'prefork.source': event.source,
    'prefork.cut': event.cut,
    'prefork.exception': event.exception,
  }),
});

const exceptionOf = (event: ExceptionEvent): Said => ({
  severityNumber: 17,
  severityText: SEVERITIES[17],
  body: { stringValue: `${event['exception.type']}: ${event['exception.message']}` },
  attributes: attributes(exceptionAttributes(event)),
  eventName: 'exception',
});
