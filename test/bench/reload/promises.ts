/** What the project promises of reloads, beside what was measured. */

import type { Row, Section } from '../serving/report.ts';

/** ms from the save to the moment every answer is new, and how many times the best peer's speed. */
const PROMISED: Record<string, { ms?: number; times: number }> = {
  'Flask app, views.py': { ms: 30, times: 12 },
  'Django project, views.py': { ms: 60, times: 10 },
  'large Django project, views.py': { times: 5 },
};

/** After Gunicorn's first answer, in ms. */
const LATER_THAN_GUNICORN = 150;

/** A row for each promise that these sections can tell of. */
export function promises(sections: Section[]): Section {
  const rows = sections.flatMap(({ name, rows }) => [
    ...savePromises(name, rows),
    ...(name.endsWith('cold start') ? startPromises(name, rows) : []),
  ]);
  return { name: 'promises', rows };
}

function savePromises(name: string, rows: Row[]): Row[] {
  const promised = PROMISED[name];
  const ours = rowOf(rows, 'prefork');
  if (!promised || !ours) return [];
  const ms = number(ours, 'all new ms');
  const times = number(ours, 'best peer ÷ this');
  const bad = ['refused', 'failed', 'stale'].reduce((sum, what) => sum + number(ours, what), 0);
  return [
    ...(promised.ms ? [row(`${name}: median ms`, ms, `≤ ${promised.ms}`, ms <= promised.ms)] : []),
    ...(times > 0
      ? [row(`${name}: best peer ÷ ours`, times, `≥ ${promised.times}`, times >= promised.times)]
      : []),
    row(`${name}: refused, failed, stale`, bad, '0', bad === 0),
  ];
}

function startPromises(name: string, rows: Row[]): Row[] {
  const first = rowOf(rows, 'prefork, first start');
  const second = rowOf(rows, 'prefork, second start');
  if (!first || !second) return [];
  const later = number(first, 'beside gunicorn ms');
  const earlier = number(second, 'first answer ms') - number(first, 'first answer ms');
  return [
    row(
      `${name}: ms after gunicorn`,
      later,
      `≤ ${LATER_THAN_GUNICORN}`,
      later <= LATER_THAN_GUNICORN,
    ),
    row(`${name}: ms from the first to the second`, earlier, '< 0', earlier < 0),
  ];
}

const rowOf = (rows: Row[], peer: string): Row | undefined =>
  rows.find((row) => row['peer'] === peer);

const number = (row: Row, column: string): number => Number(row[column]);

const row = (what: string, measured: number, promised: string, holds: boolean): Row => ({
  promise: what,
  measured: Math.round(measured * 10) / 10,
  promised,
  holds: holds ? 'yes' : 'no',
});
