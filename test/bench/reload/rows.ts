/** A project edited under each peer in turn, and what the saves of each kind came to. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Row, Section } from '../serving/report.ts';
import { median, quantile, rounded, sum } from './numbers.ts';
import type { ReloadOptions } from './options.ts';
import { type Editing, NOTIFIED, type Peer, RELOADERS } from './peers.ts';
import { probe } from './prober.ts';
import { type Project, SERIES } from './projects.ts';
import { allAnswering, type Save, saveAndJudge } from './saving.ts';
import { cpuOfTree, memoryOfTree } from './usage.ts';

/**
 * Most peers look at the files once a second. A save before they have looked at all that was imported
 * escapes them, so the pause between two saves is longer than that. In ms.
 */
const POLL = 1000;
const PAUSE = POLL + 100;

/** A series of saves under one peer. */
interface Edited {
  saves: Save[];
  /** CPU time from the first save to the end of the pause after the last, in ms. */
  cpu: number;
  /** Of all its processes at the end, in bytes. */
  memory: number;
}

interface Measured {
  peer: Peer;
  series: Map<string, Edited>;
  /** CPU time of answering one probe, in ms. */
  probeCost: number;
}

/** A section for each series. */
export async function editProject(project: Project, options: ReloadOptions): Promise<Section[]> {
  const measured: Measured[] = [];
  const named = [...RELOADERS, ...NOTIFIED].filter(({ name }) => options.peers.includes(name));
  const chosen = named.length > 0 ? named : RELOADERS;
  for (const peer of chosen.filter((candidate) => candidate.serves(project))) {
    measured.push(await editUnder(peer, project, options));
  }
  return Object.keys(SERIES).map((name) => ({
    name: `${project.name}, ${name}`,
    rows: rowsOf(name, measured),
  }));
}

async function editUnder(
  peer: Peer,
  project: Project,
  { saves }: ReloadOptions,
): Promise<Measured> {
  const editing = await peer.start(project);
  try {
    const series = new Map<string, Edited>();
    await settle(peer, editing.served.url, 0);
    for (const [name, kindOf] of Object.entries(SERIES)) {
      const count = name === 'views.py' ? saves : Math.ceil(saves / 3);
      const save = (at: number) => saveAndJudge(peer, editing, project, kindOf(at));
      series.set(name, await inARow(peer, editing, count, save));
    }
    return { peer, series, probeCost: await costOfProbe(editing) };
  } finally {
    await editing.stop();
  }
}

async function inARow(
  peer: Peer,
  { served }: Editing,
  count: number,
  save: (at: number) => Promise<Save>,
): Promise<Edited> {
  const saves: Save[] = [];
  const before = cpuOfTree(served.pids());
  while (saves.length < count) {
    saves.push(await save(saves.length));
    await settle(peer, served.url, saves.length);
  }
  const pids = served.pids();
  return { saves, cpu: cpuOfTree(pids) - before, memory: memoryOfTree(pids) };
}

/** Spread over the second evenly, by the golden ratio, so that nobody who polls is in luck. */
async function settle(peer: Peer, url: string, at: number): Promise<void> {
  await allAnswering(peer, url);
  await sleep(PAUSE + ((at * 0.618) % 1) * POLL);
}

async function costOfProbe({ served }: Editing): Promise<number> {
  const before = cpuOfTree(served.pids());
  const prober = probe(served.url, () => true);
  await sleep(600);
  await prober.stop();
  return (cpuOfTree(served.pids()) - before) / prober.probes.length;
}

function rowsOf(series: string, peers: Measured[]): Row[] {
  const allNew = ({ series: all }: Measured) =>
    (all.get(series)?.saves ?? []).map((save) => save.all);
  const best = Math.min(
    ...peers.filter(({ peer }) => !peer.ours).map((one) => median(allNew(one))),
  );
  return peers.flatMap((measured) => {
    const edited = measured.series.get(series);
    return edited ? [rowOf(measured, edited, best)] : [];
  });
}

function rowOf({ peer, probeCost }: Measured, { saves, cpu, memory }: Edited, best: number): Row {
  const of = (pick: (save: Save) => number): number[] => saves.map(pick);
  const all = of((save) => save.all);
  return {
    peer: peer.name,
    'all new ms': told(median(all)),
    'p95 ms': told(quantile(all, 0.95)),
    ...(Number.isFinite(best) && { 'best peer ÷ this': rounded(best / median(all)) }),
    'first new ms': told(median(of((save) => save.first))),
    'longest wait ms': rounded(median(of((save) => save.wait))),
    refused: sum(of((save) => save.refused)),
    failed: sum(of((save) => save.failed)),
    stale: sum(of((save) => save.stale)),
    'CPU ms/save': Math.round((cpu - sum(of(({ answers }) => answers)) * probeCost) / saves.length),
    'PSS MB': rounded(memory / 2 ** 20),
    saves: saves.length,
  };
}

const told = (ms: number): number | string => (ms === Infinity ? 'never' : rounded(ms));
