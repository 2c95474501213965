/** What one query and one log line cost, 40 frames below the view, where most of them are. */

import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from '../serving/throughput.ts';
import { ask, type Pair, startPair, takeTurns } from './pair.ts';

const SINGLES: Record<string, { path: string; count: number }> = {
  'query (sqlite3)': { path: '/bare-queries', count: 500 },
  'log line': { path: '/bare-logs', count: 200 },
};

export async function single(rounds: number): Promise<Section> {
  const pair = await startPair();
  try {
    const rows: Row[] = [];
    for (const [what, { path, count }] of Object.entries(SINGLES)) {
      rows.push(await rowOf(pair, what, path, count, rounds));
    }
    return { name: 'A query, and a log line', rows };
  } finally {
    await pair.close();
  }
}

async function rowOf(pair: Pair, what: string, path: string, count: number, rounds: number) {
  const turn = (side: Pair['on']) => ask(side, path, pair.cookie);
  await takeTurns(pair, 2, turn);
  const { off, on } = await takeTurns(pair, rounds, turn);
  const each = (turns: { wall: number }[]) => median(turns.map(({ wall }) => wall)) / count;
  return {
    what,
    'µs off': rounded(each(off), 1),
    'µs on': rounded(each(on), 1),
    'cost µs': rounded(
      median(on.map(({ wall }, at) => wall - (off[at]?.wall ?? Number.NaN))) / count,
      1,
    ),
  };
}
