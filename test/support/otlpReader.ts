/**
 * OTLP/JSON as OpenTelemetry's own messages for Python read it, strictly: a field that they do not know or
 * that has another type is an error. Only ids have to be told to protobuf in its own way, as base64.
 */

import { execFileSync } from 'node:child_process';
import { venvPython } from './paths.ts';

const READER = `
import base64, json, sys
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData

def encoded(value):
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(item)).decode()
        if key in ("traceId", "spanId", "parentSpanId") else encoded(item)
        for key, item in value.items()
    }

def plain(value):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    return getattr(value, kind) if kind else None

def named(attributes):
    return {attribute.key: plain(attribute.value) for attribute in attributes}

whole = json.load(sys.stdin)
traces = json_format.ParseDict(encoded({"resourceSpans": whole.get("resourceSpans", [])}), TracesData())
logs = json_format.ParseDict(encoded({"resourceLogs": whole.get("resourceLogs", [])}), LogsData())
assert set(whole) <= {"resourceSpans", "resourceLogs"}, set(whole)
print(json.dumps({
    "spans": [
        {
            "resource": named(resource.resource.attributes), "name": span.name, "kind": span.kind,
            "trace": span.trace_id.hex(), "id": span.span_id.hex(), "parent": span.parent_span_id.hex(),
            "start": span.start_time_unix_nano, "end": span.end_time_unix_nano,
            "status": span.status.code, "attributes": named(span.attributes),
            "events": [{"name": event.name, **named(event.attributes)} for event in span.events],
        }
        for resource in traces.resource_spans for scope in resource.scope_spans for span in scope.spans
    ],
    "logs": [
        {
            "scope": scope.scope.name, "body": plain(record.body), "severity": record.severity_number,
            "trace": record.trace_id.hex(), "span": record.span_id.hex(),
            "event": record.event_name, "attributes": named(record.attributes),
        }
        for resource in logs.resource_logs for scope in resource.scope_logs for record in scope.log_records
    ],
}))
`;

export interface ReadSpan {
  resource: Record<string, unknown>;
  name: string;
  kind: number;
  trace: string;
  id: string;
  parent: string;
  start: number;
  end: number;
  status: number;
  attributes: Record<string, unknown>;
  events: ({ name: string } & Record<string, unknown>)[];
}

export interface ReadLog {
  scope: string;
  body: string;
  severity: number;
  trace: string;
  span: string;
  event: string;
  attributes: Record<string, unknown>;
}

export function readOtlp(text: string): { spans: ReadSpan[]; logs: ReadLog[] } {
  const output = execFileSync(venvPython, ['-c', READER], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(output);
}
