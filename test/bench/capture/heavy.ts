/** Views that do far too much of one thing: how much slower they are with capture, and what it keeps. */

import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../../support/usage.ts';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from '../serving/throughput.ts';
import { ask, type Pair, type Side, startPair, type Turn, takeTurns } from './pair.ts';

const VIEWS = {
  '4,500 queries': '/queries',
  '659 templates': '/templates',
  '20 MB response': '/answer',
  '100,000 log lines': '/logs',
};

const REST = 400; // ms: until all is reported, and capture has its part of the processor again

export async function heavy(rounds: number): Promise<Section> {
  const rows: Row[] = [];
  for (const [view, path] of Object.entries(VIEWS)) {
    const pair = await startPair();
    try {
      rows.push(await rowOf(pair, view, path, rounds));
    } finally {
      await pair.close();
    }
  }
  return { name: 'Heavy views', rows };
}

async function rowOf(pair: Pair, view: string, path: string, rounds: number): Promise<Row> {
  const turn = (side: Side) => restedTurn(side, path, pair.cookie);
  await takeTurns(pair, 1, turn);
  const before = usageOf(pair.on.worker).memory;
  const { off, on } = await takeTurns(pair, rounds, turn);
  const slower = (of: (turn: Turn) => number): number =>
    rounded(100 * (median(on.map((turn, at) => of(turn) / of(off[at] ?? turn))) - 1), 1);
  return {
    view,
    'ms off': rounded(median(off.map(({ wall }) => wall)) / 1000, 1),
    'ms on': rounded(median(on.map(({ wall }) => wall)) / 1000, 1),
    'slower %': slower(({ wall }) => wall),
    'app CPU % more': slower(({ cpu }) => cpu.app),
    'RSS MB off': Math.round(usageOf(pair.off.worker).memory / 1e6),
    'RSS MB before': Math.round(before / 1e6),
    'RSS MB after': Math.round(usageOf(pair.on.worker).memory / 1e6),
    cut: cutOf(pair, path),
    'told in full': detailsOf(pair, path),
  };
}

async function restedTurn(side: Side, path: string, cookie: string): Promise<Turn> {
  const turn = await ask(side, path, cookie);
  await sleep(REST);
  return turn;
}

const endedOf = ({ stream }: Pair, path: string) =>
  stream.events.flatMap((event) =>
    event.type === 'request.ended' && event['url.path'] === path ? [event] : [],
  );

function detailsOf(pair: Pair, path: string): string {
  const details = endedOf(pair, path).map(({ detail }) => detail);
  return `${details.filter((detail) => detail === 'full').length} of ${details.length}`;
}

/** What the panel can show of what was cut: the exact counts beside what is listed. */
function cutOf(pair: Pair, path: string): string {
  const last = endedOf(pair, path).at(-1);
  if (!last) return 'nothing is told of it';
  const lines = pair.stream.events.filter(
    (event) => event.type === 'log' && event.request === last.request,
  ).length;
  const { sql, template } = last.totals;
  const size = last['http.response.body.size'];
  return [
    ...(sql && sql.count > 500 ? [`${sql.count} queries counted`] : []),
    ...(template && template.count > 500 ? [`${template.count} templates counted`] : []),
    ...(last.logs > lines ? [`${lines} of ${last.logs} lines`] : []),
    ...(size > 1e6 ? [`${size} bytes counted`] : []),
  ].join(', ');
}
