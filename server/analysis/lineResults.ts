/** What the last request of each route says of lines of code, for an editor to show at their ends. */

import type { LineResult, Microseconds, RequestEnded } from '../stream/protocol.ts';
import { routeOf } from '../stream/route.ts';
import type { Finding, Place, Trace } from '../stream/trace.ts';
import { type HotLine, hotLines } from './hotLines.ts';

const MOST = 20;
const MAX_ROUTES = 1_000;
/** Of a profile: shares below that are not worth a line's end. */
const HOT = 0.05;
const HOTTEST = 5;

export interface LineResults {
  /** A request whose trace is kept. */
  learn(request: RequestEnded): void;
  /** Of each file the weightiest, at most 20. */
  of(files: readonly string[], trace: (request: string) => Trace | null): LineResult[];
  clear(): void;
}

/** Traces are opened when somebody asks, and each but once. */
export function createLineResults(): LineResults {
  const last = new Map<string, { request: RequestEnded; lines?: LineResult[] }>();
  return {
    learn: (request) => {
      if (request.imported || request.client_gone || request.detail === 'summary') return;
      const route = routeOf(request);
      last.delete(route);
      last.set(route, { request });
      const [oldest] = last.keys();
      if (last.size > MAX_ROUTES && oldest !== undefined) last.delete(oldest);
    },
    of: (files, trace) => {
      for (const entry of last.values()) {
        entry.lines ??= linesOf(entry.request, trace(entry.request.request));
      }
      const lines = newest([...last.values()].flatMap((entry) => entry.lines ?? []));
      return files.flatMap((file) => ofFile(file, lines));
    },
    clear: () => last.clear(),
  };
}

const ofFile = (file: string, lines: LineResult[]): LineResult[] =>
  lines
    .filter(({ place }) => place['code.file.path'] === file)
    .sort((a, b) => b.duration - a.duration)
    .slice(0, MOST);

/** A line that several routes run has what the last of them says. */
function newest(lines: LineResult[]): LineResult[] {
  const byLine = new Map<string, LineResult>();
  for (const line of lines) {
    const key = `${line.kind} ${line.place['code.file.path']}:${line.place['code.line.number']}`;
    const other = byLine.get(key);
    if (!other || other.time <= line.time) byLine.set(key, line);
  }
  return [...byLine.values()];
}

function linesOf(request: RequestEnded, trace: Trace | null): LineResult[] {
  if (!trace) return [];
  const said = {
    request: request.request,
    name: routeOf(request),
    time: request.time,
    findings: request.findings,
  };
  const line = (
    place: Place,
    kind: LineResult['kind'],
    duration: Microseconds,
    count: number,
  ): LineResult => ({ ...said, place, kind, duration, count });
  const view = trace.spans.find((span) => span.kind === 'view')?.site;
  const sql = request.totals.sql?.count ?? 0;
  return [
    ...(view ? [line(view, 'view', request.duration, sql)] : []),
    ...trace.findings.flatMap((one) =>
      placesOf(one).map((place) => line(place, one.kind, one.wasted, one.count)),
    ),
    ...hot(trace).map(({ place, duration, samples, share }) => ({
      ...line(place, 'hot', duration, samples),
      share,
    })),
  ];
}

const placesOf = ({ site, template }: Finding): Place[] =>
  [template, site].filter((place) => place !== undefined && place !== null);

function hot({ profile }: Trace): (HotLine & { share: number })[] {
  if (!profile) return [];
  const whole = profile.samples.reduce((sum, [, weight]) => sum + weight, 0);
  return hotLines(profile)
    .map((line) => ({ ...line, share: line.duration / whole }))
    .filter(({ share }) => share >= HOT)
    .slice(0, HOTTEST);
}
