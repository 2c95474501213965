/** What a person would say of two requests: only what was observed, the weightiest first. */

import { basename } from 'node:path';
import type { Microseconds, RequestEnded } from '../stream/protocol.ts';
import type { Finding, Place, SpanKind, Totals, Trace } from '../stream/trace.ts';

export interface Side {
  request: RequestEnded;
  trace: Trace | null;
}

/** Fewer runs than that say nothing of how much a route's time differs by itself. */
const RUNS = 3;

const NAMES: Record<SpanKind, string> = {
  sql: 'SQL',
  template: 'templates',
  cache: 'cache calls',
  http: 'requests sent',
  view: 'views',
  middleware: 'middleware',
};
const TOLD: SpanKind[] = ['sql', 'http', 'cache', 'template'];

/** `durations`: of other runs on the code before. */
export function compareInWords(
  before: Side,
  after: Side,
  durations: readonly Microseconds[],
): string[] {
  return [
    ...status(before.request, after.request),
    ...exceptions(before.request, after.request),
    time(before.request, after.request, durations),
    ...findings(before.trace, after.trace),
    ...TOLD.flatMap((kind) => total(kind, before.request.totals, after.request.totals)),
    ...size(before.request, after.request),
  ];
}

export const milliseconds = (time: Microseconds): string => {
  const ms = time / 1000;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}`;
};

const STATUS = 'http.response.status_code';

function status(before: RequestEnded, after: RequestEnded): string[] {
  const [was, is] = [before[STATUS] ?? 'none', after[STATUS] ?? 'none'];
  return was === is ? [] : [`status ${was} → ${is}`];
}

function exceptions(before: RequestEnded, after: RequestEnded): string[] {
  const [was, is] = [before.exceptions, after.exceptions];
  return was === is ? [] : [`exceptions ${was} → ${is}`];
}

/** No claim is made of a difference that the code before had by itself from run to run. */
function time(
  before: RequestEnded,
  after: RequestEnded,
  durations: readonly Microseconds[],
): string {
  const [was, is] = [milliseconds(before.duration), milliseconds(after.duration)];
  const figures = was === is ? `${is} ms` : `${was} → ${is} ms`;
  const known = durations.length >= RUNS;
  const within =
    after.duration >= Math.min(...durations) && after.duration <= Math.max(...durations);
  return known && within ? `${figures} (about the same: within what it took before)` : figures;
}

function total(kind: SpanKind, before: Totals, after: Totals): string[] {
  const [was, is] = [before[kind], after[kind]];
  if (!was && !is) return [];
  const [counts, times] = [
    [was?.count ?? 0, is?.count ?? 0],
    [milliseconds(was?.duration ?? 0), milliseconds(is?.duration ?? 0)],
  ];
  if (counts[0] === counts[1] && times[0] === times[1]) return [];
  const count = counts[0] === counts[1] ? `${counts[1]}` : `${counts[0]} → ${counts[1]}`;
  return [`${NAMES[kind]} ${count} (${times[0]} → ${times[1]} ms)`];
}

/** Its line may have moved, so that it is the same by its text and function. */
const keyOf = ({ kind, text, site, template }: Finding): string =>
  [kind, text, (template ?? site)?.['code.file.path'], site?.['code.function.name']].join('\n');

function findings(before: Trace | null, after: Trace | null): string[] {
  if (!before || !after) return [];
  const [was, is] = [before.findings, after.findings];
  const missingIn = (others: Finding[]) => {
    const keys = new Set(others.map(keyOf));
    return (finding: Finding): boolean => !keys.has(keyOf(finding));
  };
  return [
    ...is.filter(missingIn(was)).map((finding) => `new: ${describe(finding)}`),
    ...was.filter(missingIn(is)).map((finding) => `gone: ${describe(finding)}`),
  ];
}

const FINDINGS: Record<Finding['kind'], string> = { 'n+1': 'N+1', duplicate: 'duplicate queries' };

function describe({ kind, count, site, template }: Finding): string {
  const place = template ?? site;
  return `${FINDINGS[kind]}, ${count} times${place ? ` from ${shortPlace(place)}` : ''}`;
}

export const shortPlace = (place: Place): string =>
  `${basename(place['code.file.path'])}:${place['code.line.number']}`;

function size(before: RequestEnded, after: RequestEnded): string[] {
  const [was, is] = [before['http.response.body.size'], after['http.response.body.size']];
  return was === is ? [] : [`response ${bytes(was)} → ${bytes(is)}`];
}

const bytes = (size: number): string =>
  size < 10_000 ? `${size} B` : `${Math.round(size / 1000)} kB`;
