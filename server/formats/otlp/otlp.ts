/**
 * Requests as OTLP/JSON: an ExportTraceServiceRequest, and in a file the log lines of the same requests
 * beside them, which a reader of traces leaves out as a field that it does not know.
 */

import { type Captured, type Origin, outcomeOf } from '../captured.ts';
import { childSpans } from './childSpans.ts';
import { resourceLogs } from './logRecords.ts';
import { type OtlpSpan, type ResourceLogs, type ResourceSpans, SCHEMA } from './messages.ts';
import { byProcess, resourceOf, scopeOf } from './resource.ts';
import { serverSpan } from './serverSpan.ts';

export function resourceSpans(requests: Captured[], origin: Origin): ResourceSpans[] {
  const told = requests.map((captured) => ({ ...captured.request, captured }));
  return byProcess(told).map((ofProcess) => ({
    resource: resourceOf(origin, ofProcess[0] ?? {}),
    scopeSpans: [
      {
        scope: scopeOf(origin),
        spans: ofProcess.flatMap(({ captured }) => spansOf(captured, origin)),
      },
    ],
    schemaUrl: SCHEMA,
  }));
}

function spansOf(captured: Captured, origin: Origin): OtlpSpan[] {
  const own = serverSpan(captured, origin);
  const { started } = outcomeOf(captured);
  return [own, ...childSpans(captured.trace?.spans ?? [], { ...own, started })];
}

export const logsOf = ({ request, logs }: Captured, origin: Origin): ResourceLogs[] =>
  resourceLogs(logs, origin, () => request.trace_id);
