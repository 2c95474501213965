/**
 * What one query and one log line cost the app's thread, 40 frames below the view, where most of them
 * are. The app itself measures its processor time, so that what else runs does not count.
 */

import { send } from '../../support/http.ts';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from '../serving/throughput.ts';
import { type Pair, type Side, startPair, type Turn, takeTurns } from './pair.ts';

const SINGLES: Record<string, string> = {
  'query (sqlite3)': '/bare-queries',
  'query (Django’s ORM)': '/bare-orm-queries',
  'log line': '/bare-logs',
};

export async function single(rounds: number): Promise<Section> {
  const pair = await startPair();
  try {
    const rows: Row[] = [];
    for (const [what, path] of Object.entries(SINGLES)) {
      rows.push(await rowOf(pair, what, path, rounds));
    }
    return { name: 'A query, and a log line: µs of the app’s thread', rows };
  } finally {
    await pair.close();
  }
}

async function rowOf(pair: Pair, what: string, path: string, rounds: number): Promise<Row> {
  const turn = async ({ served }: Side): Promise<Turn> => {
    const { body } = await send(`${served.url}${path}`);
    return { cpu: { app: Number(body) / 1000, control: 0 }, wall: 0 };
  };
  await takeTurns(pair, 2, turn);
  const { off, on } = await takeTurns(pair, rounds, turn);
  const costs = on.map(({ cpu }, at) => cpu.app - (off[at]?.cpu.app ?? Number.NaN));
  return {
    what,
    off: rounded(median(off.map(({ cpu }) => cpu.app)), 1),
    on: rounded(median(on.map(({ cpu }) => cpu.app)), 1),
    cost: rounded(median(costs), 1),
  };
}
