/** One save under the probes' eyes, and what it came to. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../support/processes.ts';
import { waitFor } from '../../support/wait.ts';
import type { Editing, Peer } from './peers.ts';
import { type Answered, answering, LANES, probe } from './prober.ts';
import type { Kind, Project } from './projects.ts';
import { judge, type Verdict } from './verdict.ts';

export interface Save extends Verdict {
  file: string;
  /** When, on the clock of `performance.now()`. */
  savedAt: number;
  /** How many probes were answered meanwhile. */
  answers: number;
}

/** Before the save: enough for each lane to have a connection. In ms. */
const LEAD = 60;
/** Who takes longer than this has missed the save. In s. */
const LIMIT = 20;
/** New answers in a row on each lane at the end. */
const ROW = 5;
/** A late old answer would be seen. In ms. */
const AFTERMATH = 100;

export async function saveAndJudge(
  peer: Peer,
  { served, tell }: Editing,
  project: Project,
  kind: Kind,
): Promise<Save> {
  const old = await allAnswering(peer, served.url);
  let isNew = (_: string): boolean => false;
  const prober = probe(served.url, (body) => isNew(body));
  try {
    await sleep(LEAD);
    const saved = project.save(kind);
    isNew = saved.isNew;
    let acknowledged = Infinity;
    const told = tell?.(saved.file).then(() => (acknowledged = performance.now()));
    const over = () => isOver(prober.probes, old, saved.at);
    const seen = waitFor('all new', over, { seconds: LIMIT, interval: 10 }).catch(() => undefined);
    await Promise.all([told, seen]);
    await sleep(AFTERMATH);
    await prober.stop();
    return {
      ...judge([...prober.probes], saved.at, acknowledged),
      file: saved.file,
      savedAt: saved.at,
      answers: prober.probes.filter(({ pid }) => pid > 0).length,
    };
  } finally {
    await prober.stop();
  }
}

/** The processes that could answer with what is old after the save: all, seen answering. */
export async function allAnswering(peer: Peer, url: string): Promise<Set<number>> {
  const seen = new Set<number>();
  const all = async () => {
    for (const pid of await answering(url, 4 * peer.processes)) seen.add(pid);
    return seen.size >= peer.processes;
  };
  await waitFor(`answers of ${peer.processes} processes of ${peer.name}`, all, { interval: 5 });
  return seen;
}

/** When no process of before the save is left, and each lane has a row of new answers. */
function isOver(probes: readonly Answered[], old: Set<number>, saved: number): boolean {
  if ([...old].some(isAlive)) return false;
  return Array.from({ length: LANES }, (_, lane) => lane).every((lane) => {
    const last = probes.filter((one) => one.lane === lane && one.sent > saved).slice(-ROW);
    return last.length === ROW && last.every(({ outcome }) => outcome === 'new');
  });
}
