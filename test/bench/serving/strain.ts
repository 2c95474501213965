/** What a server must bear: attacks, idle connections by the thousand, bodies of 2 GB. */

import { readFileSync } from 'node:fs';
import { ATTACKS, attack } from '../../support/attackers.ts';
import { download, upload } from '../../support/bodies.ts';
import { holdIdle } from '../../support/idle.ts';
import { latencies } from '../../support/latency.ts';
import { peakRss, pss } from '../../support/memory.ts';
import { summary } from './mixed.ts';
import { benchApp, prefork, preforkPlain } from './peers.ts';
import type { Row, Section } from './report.ts';
import type { Served } from './served.ts';
import { rounded } from './throughput.ts';

const CONNECTIONS = 500;
const IDLE = 10_000;
const BLOCKS = 32_768; // of 64 KiB: 2 GB
const HONEST = { clients: 4, seconds: 3, pause: 10 };
const cwd = benchApp('bare');

/** Honest clients before and during each attack. */
export async function attacks(): Promise<Section> {
  const rows: Row[] = [{ attack: 'none', ...(await withServer((served) => honest(served))) }];
  for (const kind of ATTACKS) {
    const row = await withServer(async (served) => {
      const attackers = await attack(served.port, kind, CONNECTIONS);
      try {
        return { ...(await honest(served)), 'still connected': attackers.held };
      } finally {
        attackers.close();
      }
    }).catch((error: Error) => ({ failed: error.message }));
    rows.push({ attack: kind, ...row });
  }
  return { name: `attacks, ${CONNECTIONS} connections each`, rows };
}

/** Each is served once and then stays. */
export async function idle(): Promise<Section> {
  const patient = prefork('prefork', ['--keep-alive', '300', '--worker-connections', `${IDLE}`]);
  const count = Math.min(IDLE, openFiles() - 500);
  const row = await withServer(async (served) => {
    await honest(served);
    const before = memory(served);
    const connections = await holdIdle(served.port, count);
    try {
      const bytes = (memory(served) - before) / connections.held;
      return {
        connections: connections.held,
        'bytes each': Math.round(bytes),
        ...(await honest(served)),
      };
    } finally {
      connections.close();
    }
  }, patient);
  return { name: 'idle keep-alive connections', rows: [row] };
}

/** The growth is that of the largest resident set of any worker. */
export async function bodies(): Promise<Section> {
  const transfers: Record<string, (url: string) => Promise<number>> = {
    'upload with a length': (url) => upload(url, BLOCKS),
    'upload in chunks': (url) => upload(url, BLOCKS, true),
    download: (url) => download(url, BLOCKS),
  };
  const rows: Row[] = [];
  for (const [transfer, run] of Object.entries(transfers)) {
    rows.push({ transfer, ...(await withServer((served) => transferred(served, run))) });
  }
  return { name: 'bodies of 2 GB', rows };
}

async function transferred(served: Served, run: (url: string) => Promise<number>): Promise<Row> {
  await honest(served);
  const workers = served.workers();
  const before = workers.map(peakRss);
  const began = performance.now();
  const bytes = await run(served.url);
  const seconds = (performance.now() - began) / 1000;
  const growth = workers.map((pid, at) => peakRss(pid) - (before[at] ?? 0));
  return {
    bytes,
    'MB/s': Math.round(bytes / 1024 ** 2 / seconds),
    'growth of RSS, MB': rounded(Math.max(...growth) / 1024 ** 2, 1),
  };
}

async function withServer<T>(use: (served: Served) => Promise<T>, peer = preforkPlain): Promise<T> {
  const served = await peer.start(cwd);
  try {
    return await use(served);
  } finally {
    await served.stop();
  }
}

const honest = async ({ url }: Served): Promise<Row> => summary([await latencies(url, HONEST)]);

const memory = (served: Served): number => served.workers().reduce((sum, pid) => sum + pss(pid), 0);

/** Node raises its own limit to the hard one when it starts; servers inherit it. */
function openFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}
