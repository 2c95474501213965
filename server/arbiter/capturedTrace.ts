/** A trace as a worker tells of it, and from there to one as the stream has it. */

import type { Profile } from '../stream/profile.ts';
import type { Microseconds } from '../stream/protocol.ts';
import type {
  Finding,
  Place,
  Span,
  SpanAttributes,
  SpanGroup,
  SpanKind,
  Trace,
} from '../stream/trace.ts';
import type { StoredTrace } from '../stream/traces.ts';
import type { FoundTuple } from './findings.ts';

/**
 * A trace as tuples, which Python encodes in a third of the time of objects; `text` and `site` are
 * indices into `texts` and `sites`, -1 for none, and `parent` one into `spans`.
 */
export interface CapturedTrace extends Partial<Omit<Trace, 'spans' | 'groups' | 'findings'>> {
  spans?: SpanTuple[];
  groups?: GroupTuple[];
  texts?: string[];
  sites?: [file: string, line: number, name: string][];
  /** Its request as it was sent, encrypted by the worker, where what is told of it does not give that. */
  sealed?: string;
}

export type SpanTuple = [
  kind: SpanKind,
  parent: number,
  start: Microseconds,
  duration: Microseconds,
  text: number,
  site: number,
  attributes: SpanAttributes & { 'error.type'?: string },
];

export type GroupTuple = [
  kind: SpanKind,
  text: number,
  site: number,
  count: number,
  duration: Microseconds,
  longest: Microseconds,
];

/** Bytes of the heap, roughly: what a tuple and its attributes take besides long texts. */
const SPAN = 250;
const GROUP = 120;
const TRACE = 1_000;
const PLACE = 200;
const SAMPLE = 80;

/** Kept as tuples, a third of the size; expanded when somebody opens the request. */
export function storedTrace(captured: CapturedTrace, found: FoundTuple[]): StoredTrace {
  const { sealed, ...told } = captured;
  return {
    bytes: bytesOf(captured),
    open: () => expandTrace(told, found),
    ...(sealed && { sealed }),
  };
}

function bytesOf(captured: CapturedTrace): number {
  const { spans = [], groups = [], texts = [], request_headers, response_headers } = captured;
  let bytes = TRACE + spans.length * SPAN + groups.length * GROUP + (captured.sealed?.length ?? 0);
  for (const text of texts) bytes += text.length;
  for (const span of spans) bytes += span[6].parameters?.length ?? 0;
  for (const body of [captured.request_body, captured.response_body]) {
    bytes += body?.text?.length ?? 0;
  }
  for (const fields of [request_headers, response_headers]) {
    for (const [name, value] of fields ?? []) bytes += name.length + value.length;
  }
  return bytes + (captured.profile ? bytesOfProfile(captured.profile) : 0);
}

/** Arrays of numbers, and a place for each frame. */
function bytesOfProfile({ frames, stacks, samples }: Profile): number {
  const entries = stacks.reduce((sum, stack) => sum + stack.length, 0);
  return frames.length * PLACE + entries * 8 + samples.length * SAMPLE;
}

export function expandTrace(captured: CapturedTrace, found: FoundTuple[]): Trace {
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
    findings: found.map((finding) => expandFinding(finding, texts, places)),
  };
}

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

function expandFinding(found: FoundTuple, texts: string[], places: Place[]): Finding {
  return { ...found, text: texts[found.text] ?? '', site: places[found.site] ?? null };
}

function placeOf([file, line, name]: [string, number, string]): Place {
  const place = { 'code.file.path': file, 'code.line.number': line };
  return name ? { ...place, 'code.function.name': name } : place;
}
