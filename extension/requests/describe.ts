/** A request in a line or two, for a person to choose it by. Pure. */

import type { RequestEnded } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';

export interface Described {
  /** `GET /orders/?page=2` */
  label: string;
  /** `200 · 412 ms · 101 SQL · N+1` */
  description: string;
  /** `14:02:31 · worker 2 · generation 5` */
  detail: string;
}

export function describeRequest(request: RequestEnded): Described {
  const sql = request.totals.sql?.count ?? 0;
  const facts = [
    `${request['http.response.status_code'] ?? l10n.t('no answer')}`,
    timeOf(request.duration),
    ...(sql > 0 ? [l10n.t('{0} SQL', sql)] : []),
    ...request.findings.map((kind) => (kind === 'n+1' ? 'N+1' : kind)),
  ];
  const about = [
    new Date(request.time / 1000).toLocaleTimeString(),
    ...(request.imported
      ? [l10n.t('imported')]
      : [l10n.t('worker {0}', request.worker), l10n.t('generation {0}', request.generation)]),
    ...(request.replay_of ? [l10n.t('replay')] : []),
  ];
  return {
    label: lineOf(request),
    description: facts.join(' · '),
    detail: about.join(' · '),
  };
}

export function lineOf(request: RequestEnded): string {
  const { 'url.path': path, 'url.query': query } = request;
  return `${request['http.request.method']} ${path}${query && `?${query}`}`;
}

/** @param time microseconds */
export function timeOf(time: number): string {
  const ms = time / 1000;
  if (ms < 1) return l10n.t('{0} µs', Math.round(time));
  if (ms >= 1000) return l10n.t('{0} s', (ms / 1000).toFixed(2));
  return l10n.t('{0} ms', ms < 10 ? ms.toFixed(1) : Math.round(ms));
}
