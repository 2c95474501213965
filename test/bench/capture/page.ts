/**
 * What capture costs on the Django page of the benchmark (a session, a query, a template): at a pace
 * at which every request is told of in full, and under as much load as it takes. `off`, `on` and `cost`
 * are of the threads that run the app; `to report` is of the one that tells of it afterwards.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from '../serving/throughput.ts';
import { wrk } from '../serving/wrk.ts';
import {
  ask,
  cpuOf,
  cpuSince,
  type Pair,
  type Side,
  startPair,
  type Turn,
  takeTurns,
} from './pair.ts';

const PAUSE = 10; // ms between requests: fewer a second than are told of in full

export async function page(rounds: number, seconds: number): Promise<Section> {
  const pair = await startPair();
  try {
    const paced = (side: Side) => pacedTurn(side, pair.cookie, seconds);
    const loaded = (side: Side) => loadedTurn(side, pair.cookie, seconds);
    await paced(pair.on);
    await paced(pair.off);
    const rows = [
      await rowOf(pair, 'in full, 100 requests/s at most', rounds, paced),
      await rowOf(pair, 'under load, 16 connections', rounds, loaded),
    ];
    return { name: 'Django page: µs of the processor a request', rows };
  } finally {
    await pair.close();
  }
}

async function rowOf(
  pair: Pair,
  name: string,
  rounds: number,
  turn: (side: Side) => Promise<Turn>,
): Promise<Row> {
  const told = detailsOf(pair);
  const { off, on } = await takeTurns(pair, rounds, turn);
  const app = (turns: Turn[]) => median(turns.map(({ cpu }) => cpu.app));
  const cost = median(on.map(({ cpu }, at) => cpu.app - (off[at]?.cpu.app ?? Number.NaN)));
  return {
    load: name,
    off: Math.round(app(off)),
    on: Math.round(app(on)),
    cost: Math.round(cost),
    '%': rounded((cost / app(off)) * 100, 1),
    'to report': Math.round(median(on.map(({ cpu }) => cpu.control))),
    'median ms off': rounded(median(off.map(({ wall }) => wall)) / 1000, 2),
    'median ms on': rounded(median(on.map(({ wall }) => wall)) / 1000, 2),
    'told in full': told(),
  };
}

/** Which part of the requests from here on is told of in full. */
function detailsOf({ stream }: Pair): () => string {
  const from = stream.events.length;
  return () => {
    let full = 0;
    let requests = 0;
    for (const event of stream.events.slice(from)) {
      if (event.type !== 'metrics') continue;
      full += event.full;
      requests += event.requests;
    }
    return `${rounded((full / requests) * 100, 1)} %`;
  };
}

async function pacedTurn(side: Side, cookie: string, seconds: number): Promise<Turn> {
  const end = performance.now() + seconds * 1000;
  const turns: Turn[] = [];
  const before = cpuOf(side.worker);
  while (performance.now() < end) {
    turns.push(await ask(side, '/', cookie));
    await sleep(PAUSE);
  }
  await sleep(100); // the last report
  const cpu = cpuSince(before, side.worker, turns.length);
  return { cpu, wall: median(turns.map(({ wall }) => wall)) };
}

async function loadedTurn(side: Side, cookie: string, seconds: number): Promise<Turn> {
  const before = cpuOf(side.worker);
  const load = { path: '/', connections: 16, headers: { Cookie: cookie } };
  const measured = await wrk(side.served.url, load, seconds);
  const cpu = cpuSince(before, side.worker, measured.requests);
  return { cpu, wall: measured.median * 1000 };
}
