/** Fairness: fast requests beside slow ones, few workers under many clients, who serves how many. */

import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../../support/http.ts';
import { latencies, percentile } from '../../support/latency.ts';
import type { BenchOptions } from './options.ts';
import { benchApp, type Crew, gthread, PEERS, type Peer, preforkPlain } from './peers.ts';
import type { Row, Section } from './report.ts';
import type { Served } from './served.ts';
import { median, rounded } from './throughput.ts';

const SLOW = 4;
const CLIENTS = 16;
const cwd = benchApp('bare');

/** Four requests of a second each run all the time; eight clients ask for a fast page. */
export async function mixed({ seconds, rounds }: BenchOptions): Promise<Section> {
  const measure = async (served: Served): Promise<number[]> => {
    const stop = new AbortController();
    const slow = Array.from({ length: SLOW }, () => keepAsking(served, '/sleep?seconds=1', stop));
    await sleep(100);
    const times = await latencies(served.url, { clients: 8, seconds: 2 * seconds, pause: 2 });
    stop.abort();
    await Promise.all(slow);
    return times;
  };
  // One without threads to spare would only show how long it waits.
  const peers = PEERS.filter(({ name }) => !/sync|1 thread/.test(name));
  const rows = await inTurns(peers, {}, rounds, measure);
  return { name: `fast requests beside ${SLOW} slow ones (1 s)`, rows };
}

/** Six keep-alive clients on an app that takes 10 ms, with four workers of one thread. */
export async function sixClients({ seconds, rounds }: BenchOptions): Promise<Section> {
  const measure = ({ url }: Served) =>
    latencies(`${url}/sleep?seconds=0.01`, { clients: 6, seconds: 2 * seconds, pause: 0 });
  const crew = { workers: 4, threads: 1 };
  const rows = await inTurns([gthread, preforkPlain], crew, rounds, measure);
  return { name: 'six keep-alive clients, a 10 ms app, 4 workers of 1 thread', rows };
}

/** How sixteen keep-alive connections, which come one by one, and their requests spread. */
export async function balance({ seconds }: BenchOptions): Promise<Section> {
  const rows: Row[] = [];
  for (const peer of [gthread, preforkPlain]) {
    const served = await peer.start(cwd, { workers: 4 });
    try {
      rows.push({ peer: peer.name, ...(await spread(served, seconds)) });
    } finally {
      await served.stop();
    }
  }
  return {
    name: 'connections and requests of each worker: 16 keep-alive clients, 4 workers',
    rows,
  };
}

/** The peers are up together and take turns; the rounds of each are put together. */
async function inTurns(
  peers: readonly Peer[],
  crew: Crew,
  rounds: number,
  measure: (served: Served) => Promise<number[]>,
): Promise<Row[]> {
  const running: Array<{ peer: string; served: Served; rounds: number[][] }> = [];
  try {
    for (const { name, start } of peers) {
      running.push({ peer: name, served: await start(cwd, crew), rounds: [] });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const one of running) one.rounds.push(await measure(one.served));
    }
    return running.map(({ peer, rounds }) => ({ peer, ...summary(rounds) }));
  } finally {
    await Promise.all(running.map(({ served }) => served.stop()));
  }
}

/** Medians of the rounds, in ms. */
export function summary(rounds: number[][]): Row {
  const of = (part: number) => rounded(median(rounds.map((times) => percentile(times, part))), 2);
  const requests = rounds.reduce((sum, times) => sum + times.length, 0);
  return { requests, 'median ms': of(0.5), 'p99 ms': of(0.99), 'longest ms': of(1) };
}

async function keepAsking(served: Served, path: string, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted) await send(`${served.url}${path}`);
}

async function spread({ url }: Served, seconds: number): Promise<Row> {
  const connections = new Map<string, number>();
  const requests = new Map<string, number>();
  const client = async (number: number): Promise<void> => {
    await sleep(10 * number);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const end = performance.now() + seconds * 1000;
    let worker = '';
    while (performance.now() < end) {
      worker = (await send(`${url}/pid`, { agent })).body;
      requests.set(worker, (requests.get(worker) ?? 0) + 1);
      await sleep(5);
    }
    connections.set(worker, (connections.get(worker) ?? 0) + 1);
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return { connections: listed(connections), requests: listed(requests) };
}

const listed = (counts: Map<string, number>): string =>
  [...counts.values()].sort((a, b) => b - a).join(' + ');
