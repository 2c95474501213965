/** One line for each thing that `prefork tail` tells of. */

import { basename } from 'node:path';
import { hasError, isSlow, type RequestRow, statusOf } from '../stream/filter/requestRow.ts';
import type { ExceptionEvent, ReloadEvent, RequestEnded, RequestHead } from '../stream/protocol.ts';
import { type Paint, type Style, safe } from './paint.ts';
import { clock, duration } from './text.ts';

/** Status, time, SQL, `worker·generation`, id, `GET /orders/`, and what is remarkable. */
export function requestLine(row: RequestRow, paint: Paint): string {
  const { ended, head } = row;
  if (!ended) return '';
  const sql = ended.totals.sql?.count ?? 0;
  const flags = flagsOf(row, ended).join(', ');
  return [
    paint('dim', clock(ended.started)),
    paint(statusStyle(row), String(statusOf(row) ?? '–').padStart(3)),
    paint(isSlow(row) ? 'yellow' : null, duration(ended.duration).padStart(8)),
    (sql > 0 ? `${sql} SQL` : '').padStart(8),
    paint('dim', `${head.worker}·${head.generation}`.padStart(6)),
    paint('dim', head.request),
    targetOf(ended),
    ...(flags ? [paint(hasError(row) ? 'red' : 'yellow', flags)] : []),
  ].join('  ');
}

export const targetOf = (request: RequestHead): string => {
  const { 'url.path': path, 'url.query': query } = request;
  return safe(`${request['http.request.method']} ${path}${query ? `?${query}` : ''}`);
};

function flagsOf({ abandoned, exceptions, logs }: RequestRow, ended: RequestEnded): string[] {
  const { findings, client_gone, replay_of, imported, profiled } = ended;
  return [
    ...(abandoned ? ['worker died'] : []),
    ...(client_gone ? ['client gone'] : []),
    ...(exceptions > 0 ? [counted(exceptions, 'exception')] : []),
    ...findings.map((finding) => (finding === 'n+1' ? 'N+1' : finding)),
    ...(logs > 0 ? [counted(logs, 'log line')] : []),
    ...(profiled ? ['profile'] : []),
    ...(replay_of ? ['replay'] : []),
    ...(imported ? ['imported'] : []),
  ];
}

export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

export function statusStyle(row: RequestRow): Style {
  const status = statusOf(row);
  if (status === null || status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return status >= 300 ? 'cyan' : 'green';
}

/** Null for what need not be told: that a reload has begun. */
export function reloadLine(
  { phase, reason, generation, files, duration: took, time }: ReloadEvent,
  failure: ExceptionEvent | undefined,
  paint: Paint,
): string | null {
  if (phase === 'started') return null;
  const names = files.map((file) => basename(file)).join(', ');
  const why = reason === 'code' ? names : reason === 'start' ? 'the server started' : reason;
  const error = failure && `${failure['exception.type']}: ${failure['exception.message']}`;
  const outcome = phase === 'ready' ? 'ready' : `failed${error ? `: ${error}` : ''}`;
  const text = `── generation ${generation} ${outcome}${took === undefined ? '' : ` in ${duration(took)}`}`;
  const line = safe(`${text}${why ? ` (${why})` : ''}`);
  return `${paint('dim', clock(time))}  ${paint(phase === 'ready' ? 'blue' : 'red', line)}`;
}
