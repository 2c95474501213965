/**
 * The same app served twice, without and with capture, by one worker each. They take turns, so that
 * what else the machine does falls on both; what is told is the median of the turns.
 */

import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { makeTempFolder, removeFolder } from '../../support/folders.ts';
import { connectStream, type StreamClient } from '../../support/stream.ts';
import { waitFor } from '../../support/wait.ts';
import { benchApp, prefork, runPython } from '../serving/peers.ts';
import type { Served } from '../serving/served.ts';

export interface Side {
  served: Served;
  worker: number;
}

export interface Pair {
  off: Side;
  on: Side;
  /** What the side with capture tells. */
  stream: StreamClient;
  /** Of a session in the app's database. */
  cookie: string;
  close(): Promise<void>;
}

/** The benchmark's Django app, `threads` threads a worker. */
export async function startPair(threads = 4): Promise<Pair> {
  const folder = makeTempFolder();
  cpSync(benchApp('django'), folder, { recursive: true });
  const cookie = (await runPython(folder, 'prepare.py')).trim();
  const infoFile = join(folder, 'info.json');
  const crew = { workers: 1, threads };
  const off = await prefork('off').start(folder, crew);
  const more = ['--capture', '--panel', '127.0.0.1:0', '--info-file', infoFile];
  const on = await prefork('on', more).start(folder, crew);
  const info = await waitFor('the info file', () => JSON.parse(readFileSync(infoFile, 'utf8')));
  const stream = await connectStream(info.stream);
  return {
    off: { served: off, worker: off.workers()[0] ?? 0 },
    on: { served: on, worker: on.workers()[0] ?? 0 },
    stream,
    cookie,
    async close() {
      stream.close();
      await Promise.all([off.stop(), on.stop()]);
      removeFolder(folder);
    },
  };
}

/** Processor time so far, in µs. */
export interface Cpu {
  /** Of the threads that run the app. */
  app: number;
  /** Of the thread that reports: the first that a worker starts. */
  control: number;
}

export function cpuOf(worker: number): Cpu {
  const threads = readdirSync(`/proc/${worker}/task`)
    .map(Number)
    .sort((a, b) => a - b);
  const [main = 0, control = 0, ...others] = threads.map((thread) => ranFor(worker, thread));
  return { app: others.reduce((sum, ran) => sum + ran, main), control };
}

function ranFor(worker: number, thread: number): number {
  try {
    const [ran] = readFileSync(`/proc/${worker}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(ran) / 1000;
  } catch {
    return 0; // it has just ended
  }
}

/** From `before` to now, for each of `requests`. */
export function cpuSince(before: Cpu, worker: number, requests = 1): Cpu {
  const now = cpuOf(worker);
  return {
    app: (now.app - before.app) / requests,
    control: (now.control - before.control) / requests,
  };
}

export interface Turn {
  cpu: Cpu;
  /** As the client sees it, in µs. */
  wall: number;
}

/** Asks once, and reads the answer without keeping it. */
export async function ask(side: Side, path: string, cookie: string): Promise<Turn> {
  const before = cpuOf(side.worker);
  const started = performance.now();
  const request = http.get(`${side.served.url}${path}`, { headers: { cookie } });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}`);
  const wall = (performance.now() - started) * 1000;
  return { cpu: cpuSince(before, side.worker), wall };
}

/** `rounds` turns of each side, the one and the other first. */
export async function takeTurns(
  { off, on }: Pair,
  rounds: number,
  turn: (side: Side) => Promise<Turn>,
): Promise<{ off: Turn[]; on: Turn[] }> {
  const turns = { off: [] as Turn[], on: [] as Turn[] };
  const offTurn = async () => turns.off.push(await turn(off));
  const onTurn = async () => turns.on.push(await turn(on));
  for (let round = 0; round < rounds; round += 1) {
    for (const take of round % 2 ? [offTurn, onTurn] : [onTurn, offTurn]) await take();
  }
  return turns;
}
