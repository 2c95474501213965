/** The rows that a filter leaves: its requests, and before each group the reload they came after. */

import type { Filter } from '../../server/stream/filter/filter.ts';
import type { Microseconds } from '../../server/stream/protocol.ts';
import type { ReloadRow, RequestRow, Row } from '../model/rows.ts';

export function filterRows(
  rows: readonly Row[],
  filter: Filter<RequestRow>,
  now: Microseconds,
): Row[] {
  if (filter.empty) return rows.slice();
  const kept: Row[] = [];
  let reload: ReloadRow | null = null;
  for (const row of rows) {
    if (row.kind === 'reload') reload = row;
    else if (filter.passes(row, now)) {
      if (reload) kept.push(reload);
      reload = null;
      kept.push(row);
    }
  }
  return kept;
}
