/** The trace of a request, from OTLP's spans. */

import type { Fields, Finding, SpanGroup, Totals, Trace } from '../../../stream/trace.ts';
import { hideFields } from '../hiding.ts';
import { SPAN_KINDS } from '../traceShapes.ts';
import { amountOf, placeIn, textOf } from './attributes.ts';
import type { Attributes, ReadEvent } from './records.ts';
import { importSpans } from './spans.ts';
import type { SpanTree } from './tree.ts';

export function traceOf(tree: SpanTree): Trace {
  const { attributes, events, traceState } = tree.root;
  return {
    spans: importSpans(tree),
    groups: events.flatMap(groupOf),
    findings: events.flatMap(findingOf),
    request_headers: headersIn(attributes, 'request'),
    response_headers: headersIn(attributes, 'response'),
    request_body: null,
    response_body: null,
    ...(traceState && { tracestate: traceState }),
  };
}

/** Each a list of values. */
function headersIn(attributes: Attributes, side: 'request' | 'response'): Fields {
  const prefix = `http.${side}.header.`;
  const fields = [...attributes].flatMap(([key, value]): Fields => {
    if (!key.startsWith(prefix)) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => [key.slice(prefix.length), String(one)]);
  });
  return hideFields(fields);
}

function findingOf({ name, attributes }: ReadEvent): Finding[] {
  const kind = (['n+1', 'duplicate'] as const).find(
    (one) => one === attributes.get('prefork.kind'),
  );
  if (name !== 'prefork.finding' || !kind) return [];
  const wasted = amountOf(attributes, 'prefork.wasted') ?? 0;
  return [{ kind, ...counted(attributes), wasted }];
}

function groupOf({ name, attributes }: ReadEvent): SpanGroup[] {
  const kind = SPAN_KINDS.find((one) => one === attributes.get('prefork.kind'));
  if (name !== 'prefork.group' || !kind) return [];
  const duration = amountOf(attributes, 'prefork.duration') ?? 0;
  const longest = amountOf(attributes, 'prefork.longest') ?? 0;
  return [{ kind, ...counted(attributes), duration, longest }];
}

const counted = (attributes: Attributes) => ({
  text: textOf(attributes, 'prefork.text') ?? '',
  site: placeIn(attributes),
  count: amountOf(attributes, 'prefork.count') ?? 1,
});

/** Of what is in the trace, whatever the file says. */
export function totalsOf({ spans, groups }: Trace): Totals {
  const totals: Totals = {};
  const add = (kind: keyof Totals, count: number, duration: number, hits?: number): void => {
    const total = totals[kind] ?? { count: 0, duration: 0 };
    totals[kind] = total;
    total.count += count;
    total.duration += duration;
    if (hits !== undefined) total.hits = (total.hits ?? 0) + hits;
  };
  for (const { kind, duration, attributes } of spans) add(kind, 1, duration, attributes.hits);
  for (const { kind, count, duration } of groups) add(kind, count, duration);
  return totals;
}
