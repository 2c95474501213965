/** The spans inside a request. Durations of our own are in microseconds. */

import { createHash } from 'node:crypto';
import type { Microseconds } from '../../stream/protocol.ts';
import type { Place, Span, SpanKind } from '../../stream/trace.ts';
import { CLIENT, ERROR, INTERNAL, type OtlpSpan } from './messages.ts';
import { attributes, type Named, nanoseconds } from './values.ts';

const KINDS: Partial<Record<SpanKind, typeof CLIENT>> = {
  sql: CLIENT,
  cache: CLIENT,
  http: CLIENT,
};
const MAX_NAME = 120;

/** Of the request that they are part of. */
export interface Outer {
  traceId: string;
  spanId: string;
  started: Microseconds;
}

export function childSpans(spans: Span[], outer: Outer): OtlpSpan[] {
  const ids = spans.map(({ attributes: { span_id } }, at) => span_id ?? idOf(outer.spanId, at));
  return spans.map((span, at) => ({
    traceId: outer.traceId,
    spanId: ids[at] ?? '',
    parentSpanId: (span.parent === null ? undefined : ids[span.parent]) ?? outer.spanId,
    name: nameOf(span),
    kind: KINDS[span.kind] ?? INTERNAL,
    startTimeUnixNano: nanoseconds(outer.started + span.start),
    endTimeUnixNano: nanoseconds(outer.started + span.start + span.duration),
    attributes: attributes({
      ...told(span),
      ...placed(span.site),
      'error.type': span['error.type'],
    }),
    events: [],
    status: span['error.type'] === undefined ? {} : { code: ERROR },
  }));
}

/** The same each time that the request is told of. */
const idOf = (request: string, at: number): string =>
  createHash('sha256').update(`${request} ${at}`).digest('hex').slice(0, 16);

export const placed = (site: Place | null | undefined): Named => ({ ...site });

function told({ kind, text, attributes: known }: Span): Named {
  const { template, fetch, parameters, parameters_digest, hits, keys, late, ...rest } = known;
  const { span_id: _, ...standard } = rest;
  return {
    'prefork.kind': kind,
    ...standard,
    ...texts(kind, text),
    'prefork.parameters': parameters,
    'prefork.parameters_digest': parameters_digest,
    'prefork.fetch': fetch,
    'prefork.hits': hits,
    'prefork.keys': keys,
    'prefork.late': late,
    'prefork.template.file': template?.['code.file.path'],
    'prefork.template.line': template?.['code.line.number'],
  };
}

function texts(kind: SpanKind, text: string): Named {
  if (kind === 'sql') return { 'db.query.text': text, 'db.query.summary': summaryOf(text) };
  if (kind === 'http') return { 'url.full': text };
  return { 'prefork.text': text };
}

/** `SELECT shop_customer`: the operation and the first table. */
function summaryOf(statement: string): string {
  const operation = /^\W*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? '';
  const table = /\b(?:FROM|INTO|UPDATE|TABLE)\s+["`[]?([\w.]+)/i.exec(statement)?.[1];
  return table ? `${operation} ${table}` : operation;
}

function nameOf({ kind, text, attributes: known }: Span): string {
  if (kind === 'sql') return summaryOf(text) || 'SQL';
  if (kind === 'http') return known['http.request.method'] ?? 'HTTP';
  return text.slice(0, MAX_NAME);
}
