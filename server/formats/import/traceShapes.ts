/** A trace as a file has it. */

import type { Profile } from '../../stream/profile.ts';
import type {
  Fields,
  Finding,
  FindingKind,
  Place,
  Span,
  SpanAttributes,
  SpanGroup,
  SpanKind,
  Total,
  Totals,
} from '../../stream/trace.ts';
import type { TraceRest } from '../har/extension.ts';
import {
  amount,
  flag,
  hex,
  list,
  nullable,
  oneOf,
  optional,
  pair,
  partial,
  type Read,
  shape,
  text,
  truth,
} from './reading.ts';

export const SPAN_KINDS = ['sql', 'template', 'cache', 'http', 'view', 'middleware'] as const;

export const spanKind: Read<SpanKind> = oneOf(...SPAN_KINDS);
export const findingKind: Read<FindingKind> = oneOf('n+1', 'duplicate');

export const place = shape<Place>({
  'code.file.path': text,
  'code.line.number': amount,
  'code.function.name': optional(text),
});

const attributes = partial<SpanAttributes>({
  'db.system.name': text,
  'db.namespace': text,
  'db.response.returned_rows': amount,
  'db.operation.batch.size': amount,
  parameters: text,
  parameters_digest: text,
  fetch: amount,
  hits: amount,
  keys: amount,
  'http.request.method': text,
  'http.response.status_code': amount,
  span_id: hex(16),
  template: place,
  late: flag,
});

const span = shape<Span>({
  kind: spanKind,
  parent: nullable(amount),
  start: amount,
  duration: amount,
  text,
  site: nullable(place),
  attributes,
  'error.type': optional(text),
});

export const group = shape<SpanGroup>({
  kind: spanKind,
  text,
  site: nullable(place),
  count: amount,
  duration: amount,
  longest: amount,
});

export const finding = shape<Finding>({
  kind: findingKind,
  text,
  site: nullable(place),
  template: optional(place),
  count: amount,
  wasted: amount,
});

const total = shape<Total>({ count: amount, duration: amount, hits: optional(amount) });

export const totals: Read<Totals> = partial<Totals>({
  sql: total,
  template: total,
  cache: total,
  http: total,
  view: total,
  middleware: total,
});

/** Its indices point into it, or it is no profile. */
const profile: Read<Profile> = (value, at) => {
  const read = plainProfile(value, at);
  const known = (index: number, among: unknown[]): boolean => index < among.length;
  const framed = read.stacks.flat().every((frame) => known(frame, read.frames));
  if (framed && read.samples.every(([stack]) => known(stack, read.stacks))) return read;
  throw new Error(`${at}: a sample is of a stack or a frame that is not there`);
};

const plainProfile = shape<Profile>({
  rate: amount,
  start: amount,
  frames: list(
    shape<Profile['frames'][number]>({
      'code.file.path': text,
      'code.line.number': amount,
      'code.function.name': text,
      own: flag,
    }),
  ),
  stacks: list(list(amount)),
  samples: list((value, at) => {
    const [stack, weight, state] = list((item) => item)(value, at);
    return [
      amount(stack, `${at}[0]`),
      amount(weight, `${at}[1]`),
      oneOf('running', 'waiting', 'native')(state, `${at}[2]`),
    ];
  }),
  cut: optional(amount),
});

const bodyRest = shape<NonNullable<TraceRest['request_body']>>({
  size: amount,
  cut: amount,
  redacted: optional(truth),
});

/** A parent comes before what it contains. */
const spans: Read<Span[]> = (value, at) =>
  list(span)(value, at).map((one, index) => {
    if (one.parent === null || one.parent < index) return one;
    throw new Error(`${at}[${index}].parent: it is not of a span before it`);
  });

export const traceRest = shape<TraceRest>({
  spans,
  groups: list(group),
  findings: list(finding),
  tracestate: optional(text),
  profile: optional(profile),
  request_body: nullable(bodyRest),
  response_body: nullable(bodyRest),
});

export const headerFields: Read<Fields> = list(pair(text, text));
