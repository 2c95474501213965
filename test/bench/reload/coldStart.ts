/** From the start of the command to the first answer. */

import { type Dirent, readdirSync } from 'node:fs';
import { makeTempFolder, removeFolder } from '../../support/folders.ts';
import { waitFor } from '../../support/wait.ts';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from './numbers.ts';
import type { ReloadOptions } from './options.ts';
import { gunicorn, type Peer, prefork, RELOADERS } from './peers.ts';
import type { Project } from './projects.ts';

/** Between two looks whether it answers, in ms. */
const INTERVAL = 5;
/** How long it may take to learn what the app needs, and to keep it, in s. */
const LEARNING = 15;

type Start = (project: Project) => Promise<number>;

const STARTS: Record<string, { start: Start; peer: Peer }> = {
  'prefork, first start': { peer: prefork, start: (project) => startOnce(prefork, project) },
  'prefork, second start': { peer: prefork, start: startSecond },
};
for (const peer of [
  gunicorn,
  ...RELOADERS.filter(({ ours, name }) => !ours && !name.includes(',')),
]) {
  STARTS[peer.name] = { peer, start: (project) => startOnce(peer, project) };
}

/** They take turns; the project's own bytecode is there after the first. */
export async function coldStart(project: Project, { rounds }: ReloadOptions): Promise<Section> {
  const chosen = Object.entries(STARTS).filter(([, { peer }]) => peer.serves(project));
  const times = new Map<string, number[]>(chosen.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { start }] of chosen) times.get(name)?.push(await start(project));
  }
  return { name: `${project.name}, cold start`, rows: rowsOf(times) };
}

/** In ms. It is ended when `until` resolves. */
async function startOnce(
  peer: Peer,
  project: Project,
  env: Record<string, string> = {},
  until: () => Promise<unknown> = async () => undefined,
): Promise<number> {
  const began = performance.now();
  const editing = await peer.start(project, { interval: INTERVAL, env });
  const took = performance.now() - began;
  try {
    await until();
  } finally {
    await editing.stop();
  }
  return took;
}

/** After one that could learn what the app needs. */
async function startSecond(project: Project): Promise<number> {
  const cache = makeTempFolder();
  const kept = () => readdirSync(cache, { recursive: true, withFileTypes: true }).some(isFile);
  const learnt = () => waitFor('what is learnt to be kept', kept, { seconds: LEARNING });
  try {
    const env = { XDG_CACHE_HOME: cache };
    await startOnce(prefork, project, env, learnt);
    return await startOnce(prefork, project, env);
  } finally {
    removeFolder(cache);
  }
}

const isFile = (entry: Dirent): boolean => entry.isFile();

function rowsOf(times: Map<string, number[]>): Row[] {
  const beside = median(times.get(gunicorn.name) ?? []);
  return [...times].map(([name, each]) => ({
    peer: name,
    'first answer ms': rounded(median(each)),
    'beside gunicorn ms': rounded(median(each) - beside),
    'each start': each.map((time) => Math.round(time)).join(' '),
  }));
}
