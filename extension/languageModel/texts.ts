/** What a language model is told of requests, in few words. In English, as models have it. Pure. */

import type {
  Comparison,
  Microseconds,
  Profile,
  RequestEnded,
  RouteStatistics,
} from '../../server/stream/protocol.ts';

/** Characters: a model has better things to read. */
const MOST = 16_000;

export const bounded = (text: string): string =>
  text.length <= MOST ? text : `${text.slice(0, MOST)}\n… (cut: ${text.length - MOST} characters)`;

/** A line each. */
export const requestsText = (requests: readonly RequestEnded[], of: number): string =>
  [`${requests.length} of ${of} requests, the newest first:`, ...requests.map(requestLine)].join(
    '\n',
  );

function requestLine(request: RequestEnded): string {
  const { 'url.path': path, 'url.query': query, totals, before } = request;
  const facts = [
    `${request['http.request.method']} ${path}${query && `?${query}`}`,
    `status ${request['http.response.status_code'] ?? 'none'}`,
    milliseconds(request.duration),
    ...Object.entries(totals).map(
      ([kind, total]) => `${kind} ${total.count} (${milliseconds(total.duration)})`,
    ),
    ...request.findings.map((kind) => `found: ${kind}`),
    ...(request.exceptions > 0 ? [`exceptions: ${request.exceptions}`] : []),
    ...(request.view ? [`view ${request.view}`] : []),
    ...(before ? [`before the last edit: ${milliseconds(before.duration)}`] : []),
    new Date(request.time / 1000).toISOString(),
  ];
  return `- ${request.request}: ${facts.join(', ')}`;
}

export const routesText = (routes: readonly RouteStatistics[]): string =>
  ['Routes, the most used first:', ...routes.map(routeLine)].join('\n');

function routeLine(route: RouteStatistics): string {
  const { count, errors, median, p95, slowest, sql, last, before, findings } = route;
  const facts = [
    `${count} requests`,
    `${errors} errors`,
    `median ${milliseconds(median)}`,
    `p95 ${milliseconds(p95)}`,
    `slowest ${milliseconds(slowest)}`,
    `SQL ${sql.count} (${milliseconds(sql.duration)})`,
    ...findings.map((kind) => `found: ${kind}`),
    ...(before
      ? [`last edit: ${milliseconds(before.duration)} → ${milliseconds(last.duration)}`]
      : []),
  ];
  return `- ${route['http.request.method']} ${route['http.route']}: ${facts.join(', ')}`;
}

export const comparisonText = ({ words, before }: Comparison): string =>
  [
    `## Compared with the last run before the edit (${before.request})`,
    ...words.map((word) => `- ${word}`),
  ].join('\n');

const HOTTEST = 8;

/** The lines of the app's own code that the time was spent in, what they called included. */
export function profileText({ frames, stacks, samples }: Profile): string {
  const lines = new Map<string, Microseconds>();
  for (const [stack, weight, state] of samples) {
    const own = stacks[stack]?.findLast((index) => frames[index]?.own);
    const frame = own === undefined ? undefined : frames[own];
    const place = frame
      ? `${frame['code.file.path']}:${frame['code.line.number']} ${frame['code.function.name']}()`
      : 'outside of the app’s own code';
    const key = `${place}, ${state}`;
    lines.set(key, (lines.get(key) ?? 0) + weight);
  }
  const hottest = [...lines].sort(([, a], [, b]) => b - a).slice(0, HOTTEST);
  return [
    '## Where its time went, sampled (running: on the processor; native: in C code)',
    ...hottest.map(([place, time]) => `- ${milliseconds(time)} ${place}`),
  ].join('\n');
}

export const milliseconds = (time: Microseconds): string => {
  const ms = time / 1000;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
};
