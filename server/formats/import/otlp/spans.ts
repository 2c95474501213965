/** The spans inside a request, from OTLP's. */

import type { Span, SpanAttributes, SpanKind } from '../../../stream/trace.ts';
import { SPAN_KINDS } from '../traceShapes.ts';
import { amountOf, defined, placeIn, textOf } from './attributes.ts';
import type { Attributes, ReadSpan } from './records.ts';
import type { SpanTree } from './tree.ts';

const MOST = 5_000;
const CLIENT = 3;
const CACHES = /redis|memcache|valkey/i;

export function importSpans({ root, inside }: SpanTree): Span[] {
  const kept = inside.slice(0, MOST);
  const indices = new Map(kept.map(({ spanId }, index) => [spanId, index]));
  return kept.map((span) => importSpan(span, root, indices.get(span.parentSpanId ?? '') ?? null));
}

function importSpan(span: ReadSpan, root: ReadSpan, parent: number | null): Span {
  const { attributes, startTimeUnixNano: start, endTimeUnixNano: end, status } = span;
  const kind = kindOf(span);
  const error = textOf(attributes, 'error.type') ?? (status.code === 2 ? 'error' : undefined);
  return {
    kind,
    parent,
    start: Math.max(0, start - root.startTimeUnixNano),
    duration: Math.max(0, end - start),
    text: textsOf(attributes, kind) ?? span.name,
    site: placeIn(attributes),
    attributes: attributesOf(span, kind),
    ...(error !== undefined && { 'error.type': error }),
  };
}

const SYSTEM = ['db.system.name', 'db.system'];
const METHOD = ['http.request.method', 'http.method'];
const URLS = ['url.full', 'http.url'];

/** Ours says so; others' by what it tells of. What tells of nothing is a function that contains others. */
function kindOf({ attributes, kind, name }: ReadSpan): SpanKind {
  const own = SPAN_KINDS.find((known) => known === attributes.get('prefork.kind'));
  if (own) return own;
  const system = textOf(attributes, ...SYSTEM);
  if (system !== undefined) return CACHES.test(system) ? 'cache' : 'sql';
  const asks = textOf(attributes, ...METHOD, ...URLS) !== undefined;
  if (asks && kind === CLIENT) return 'http';
  if (/\b(template|render)/i.test(name)) return 'template';
  return /middleware/i.test(name) ? 'middleware' : 'view';
}

function textsOf(attributes: Attributes, kind: SpanKind): string | undefined {
  if (kind === 'sql') return textOf(attributes, 'db.query.text', 'db.statement');
  if (kind === 'http') return textOf(attributes, ...URLS);
  return textOf(attributes, 'prefork.text', 'db.query.text', 'db.statement');
}

function attributesOf({ attributes, spanId }: ReadSpan, kind: SpanKind): SpanAttributes {
  const amount = (...names: string[]) => amountOf(attributes, ...names);
  const text = (...names: string[]) => textOf(attributes, ...names);
  const template = text('prefork.template.file');
  return defined({
    'db.system.name': text(...SYSTEM),
    'db.namespace': text('db.namespace', 'db.name'),
    'db.response.returned_rows': amount('db.response.returned_rows'),
    'db.operation.batch.size': amount('db.operation.batch.size'),
    parameters: text('prefork.parameters'),
    parameters_digest: text('prefork.parameters_digest'),
    fetch: amount('prefork.fetch'),
    hits: amount('prefork.hits'),
    keys: amount('prefork.keys'),
    'http.request.method': text(...METHOD),
    'http.response.status_code': amount('http.response.status_code', 'http.status_code'),
    late: attributes.get('prefork.late') === true ? true : undefined,
    span_id: kind === 'http' ? spanId : undefined,
    template: template && {
      'code.file.path': template,
      'code.line.number': amount('prefork.template.line') ?? 1,
    },
  }) as SpanAttributes;
}
