/** The messages of OTLP that are written here; see opentelemetry-proto, `trace.proto` and `logs.proto`. */

import type { AnyValue, KeyValue } from './values.ts';

export interface Resource {
  attributes: KeyValue[];
}

export interface Scope {
  name: string;
  version?: string;
}

export interface OtlpEvent {
  timeUnixNano: string;
  name: string;
  attributes: KeyValue[];
}

export const SERVER = 2;
export const CLIENT = 3;
export const INTERNAL = 1;
export const ERROR = 2;

export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: typeof SERVER | typeof CLIENT | typeof INTERNAL;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  events: OtlpEvent[];
  status: { code?: typeof ERROR; message?: string };
}

export interface ResourceSpans {
  resource: Resource;
  scopeSpans: { scope: Scope; spans: OtlpSpan[] }[];
  schemaUrl: string;
}

export interface LogRecord {
  timeUnixNano: string;
  observedTimeUnixNano: string;
  severityNumber: number;
  severityText: string;
  body: AnyValue;
  attributes: KeyValue[];
  eventName?: string;
  traceId?: string;
  spanId?: string;
}

export interface ResourceLogs {
  resource: Resource;
  scopeLogs: { scope: Scope; logRecords: LogRecord[] }[];
  schemaUrl: string;
}

/** Of the semantic conventions that the names are from. */
export const SCHEMA = 'https://opentelemetry.io/schemas/1.36.0';
