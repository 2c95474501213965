/** What the results of a line say at its end. Pure. */

import type { LineResult } from '../../../server/stream/protocol.ts';
import { l10n } from '../../l10n.ts';
import { timeOf } from '../../requests/describe.ts';

const ORDER: LineResult['kind'][] = ['view', 'n+1', 'duplicate', 'hot'];

/** `GET /orders/ 412 ms · 101 SQL ▲N+1`; of one line, in the order in which they are read. */
export function textOf(results: readonly LineResult[]): string {
  const sorted = results.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return sorted.map(wordsOf).join(' · ');
}

function wordsOf(result: LineResult): string {
  const time = timeOf(result.duration);
  switch (result.kind) {
    case 'view':
      return viewOf(result, time);
    case 'n+1':
      return l10n.t('▲ {0}× same query · {1} wasted', result.count, time);
    case 'duplicate':
      return l10n.t('▲ {0}× same query, same parameters · {1} wasted', result.count, time);
    case 'hot':
      return l10n.t('{0} % of the last profile', percent(result.share ?? 0));
  }
}

function viewOf({ name, count, findings }: LineResult, time: string): string {
  const sql = count > 0 ? ` · ${l10n.t('{0} SQL', count)}` : '';
  return `${name} ${time}${sql}${findings.map((kind) => ` ▲${NAMES[kind]}`).join('')}`;
}

const NAMES = { 'n+1': 'N+1', duplicate: 'duplicate' };

/** Whether something was found, so that the text is to stand out. */
export const isWarning = (results: readonly LineResult[]): boolean =>
  results.some(({ kind, findings }) => kind !== 'hot' && findings.length > 0);

const percent = (share: number): number => Math.round(share * 100);
