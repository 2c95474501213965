/** From a trace as a worker tells of it to one as the stream has it. */

import type { Place, Span, SpanGroup, Trace } from '../stream/trace.ts';
import type { CapturedTrace } from './control.ts';

export function expandTrace(captured: CapturedTrace): Trace {
  const { spans = [], groups = [], texts = [], sites = [], ...exchange } = captured;
  const places = sites.map(placeOf);
  return {
    request_headers: [],
    response_headers: [],
    request_body: null,
    response_body: null,
    ...exchange,
    spans: spans.map((span) => expandSpan(span, texts, places)),
    groups: groups.map((group) => expandGroup(group, texts, places)),
    findings: [],
  };
}

type SpanTuple = NonNullable<CapturedTrace['spans']>[number];
type GroupTuple = NonNullable<CapturedTrace['groups']>[number];

function expandSpan(tuple: SpanTuple, texts: string[], places: Place[]): Span {
  const [kind, parent, start, duration, text, site, { 'error.type': error, ...attributes }] = tuple;
  return {
    kind,
    parent: parent < 0 ? null : parent,
    start,
    duration,
    text: texts[text] ?? '',
    site: places[site] ?? null,
    attributes,
    ...(error === undefined ? {} : { 'error.type': error }),
  };
}

function expandGroup(tuple: GroupTuple, texts: string[], places: Place[]): SpanGroup {
  const [kind, text, site, count, duration, longest] = tuple;
  return {
    kind,
    text: texts[text] ?? '',
    site: places[site] ?? null,
    count,
    duration,
    longest,
  };
}

function placeOf([file, line, name]: [string, number, string]): Place {
  const place = { 'code.file.path': file, 'code.line.number': line };
  return name ? { ...place, 'code.function.name': name } : place;
}
