/**
 * Every scenario on every peer. The machine is noisy, so the peers take turns (A B C, A B C, …), a
 * ratio is taken within each round, and the median of the rounds is told.
 */

import { cpSync } from 'node:fs';
import { makeTempFolder, removeFolder } from '../../support/folders.ts';
import { pss } from '../../support/memory.ts';
import type { BenchOptions } from './options.ts';
import { benchApp, PEERS, runPython } from './peers.ts';
import type { Row, Section } from './report.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import type { Served } from './served.ts';
import { type Measured, wrk } from './wrk.ts';

interface Turn extends Measured {
  /** CPU time of the server for one request, in µs. */
  cost: number;
}

interface Running {
  name: string;
  served: Served;
  turns: Turn[];
}

export async function throughput(options: BenchOptions): Promise<Section[]> {
  if (!scenarios('').some(({ name }) => options.wanted(name))) return [];
  const folder = makeTempFolder();
  try {
    cpSync(benchApp('django'), folder, { recursive: true });
    const cookie = (await runPython(folder, 'prepare.py')).trim();
    const chosen = scenarios(cookie).filter(({ name }) => options.wanted(name));
    const sections: Section[] = [];
    for (const app of ['bare', 'flask', 'django'] as const) {
      const ofApp = chosen.filter((scenario) => scenario.app === app);
      const cwd = app === 'django' ? folder : benchApp(app);
      if (ofApp.length > 0) sections.push(...(await measureApp(cwd, ofApp, options)));
    }
    return sections;
  } finally {
    removeFolder(folder);
  }
}

async function measureApp(
  cwd: string,
  chosen: Scenario[],
  options: BenchOptions,
): Promise<Section[]> {
  const running: Running[] = [];
  const sections: Section[] = [];
  try {
    for (const { name, start } of PEERS)
      running.push({ name, served: await start(cwd), turns: [] });
    for (const scenario of chosen) sections.push(await measure(scenario, running, options));
    return sections;
  } finally {
    await Promise.all(running.map(({ served }) => served.stop()));
  }
}

async function measure(
  { name, load }: Scenario,
  running: Running[],
  { seconds, rounds }: BenchOptions,
): Promise<Section> {
  for (const peer of running) peer.turns = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { served, turns } of running) {
      const before = served.cpu();
      const measured = await wrk(served.url, load, seconds);
      turns.push({ ...measured, cost: (served.cpu() - before) / measured.requests });
    }
  }
  const [base] = running;
  return { name, rows: running.map((peer) => rowOf(peer, base?.turns ?? [])) };
}

function rowOf({ name, served, turns }: Running, base: Turn[]): Row {
  const of = (key: keyof Turn): number => median(turns.map((turn) => turn[key]));
  const ratios = turns.map(
    (turn, round) => turn.perSecond / (base[round]?.perSecond ?? Number.NaN),
  );
  const costs = turns.map((turn, round) => (base[round]?.cost ?? Number.NaN) / turn.cost);
  const memory = served.workers().map(pss);
  return {
    peer: name,
    'requests/s': Math.round(of('perSecond')),
    ratio: rounded(median(ratios), 2),
    'median ms': rounded(of('median'), 2),
    'p99 ms': rounded(of('p99'), 2),
    'CPU µs/request': Math.round(of('cost')),
    'CPU ratio': rounded(median(costs), 2),
    'PSS MB/worker': rounded(median(memory) / 1024 ** 2, 1),
    errors: turns.reduce((sum, { errors }) => sum + errors, 0),
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const rounded = (number: number, digits: number): number =>
  Math.round(number * 10 ** digits) / 10 ** digits;
