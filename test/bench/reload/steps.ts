/**
 * Where the time of our own saves goes: what the stream tells of each, and what the probes saw, in
 * ms after the save. The stream is watched meanwhile, which costs the server a little.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ReloadEvent, StreamEvent } from '../../../server/stream/protocol.ts';
import { waitFor } from '../../support/wait.ts';
import type { Row, Section } from '../serving/report.ts';
import { median, rounded } from './numbers.ts';
import type { ReloadOptions } from './options.ts';
import { type Editing, prefork } from './peers.ts';
import { type Kind, type Project, SERIES } from './projects.ts';
import { saveAndJudge } from './saving.ts';

/** Between a reload and the next save, in ms. */
const PAUSE = 1500;

/** When each step was, in ms after the save. */
type Steps = Map<string, number>;

/** A section for each series. */
export async function steps(project: Project, { saves }: ReloadOptions): Promise<Section[]> {
  const editing = await prefork.start(project, { watched: true });
  const sections: Section[] = [];
  try {
    for (const [series, kindOf] of Object.entries(SERIES)) {
      const each: Steps[] = [];
      while (each.length < saves) each.push(await stepsOf(editing, project, kindOf(each.length)));
      sections.push({ name: `${project.name}, ${series}: steps of a save`, rows: rowsOf(each) });
    }
    return sections;
  } finally {
    await editing.stop();
  }
}

async function stepsOf(editing: Editing, project: Project, kind: Kind): Promise<Steps> {
  await sleep(PAUSE);
  const seen = editing.events?.().length ?? 0;
  const { file, savedAt, first, all } = await saveAndJudge(prefork, editing, project, kind);
  const since = () => (editing.events?.() ?? []).slice(seen);
  const reload = await waitFor('the reload to be told', () => readyOf(file, since()));
  const saved = (performance.timeOrigin + savedAt) * 1000;
  return fromEvents(reload.generation, since(), saved)
    .set('(reloads begun: 1 is right)', since().filter(isBegin).length)
    .set('first new answer', first)
    .set('every answer is new', all);
}

const isBegin = (event: StreamEvent): boolean =>
  event.type === 'reload' && event.phase === 'started';

const readyOf = (file: string, events: StreamEvent[]): ReloadEvent | undefined =>
  events.find(
    (event): event is ReloadEvent =>
      event.type === 'reload' && event.phase === 'ready' && event.files.includes(file),
  );

/** `saved` in µs since the epoch, as the events' times. The first event of each step counts. */
function fromEvents(generation: number, events: StreamEvent[], saved: number): Steps {
  const steps: Steps = new Map();
  const at = (name: string, time: number) =>
    steps.has(name) || steps.set(name, (time - saved) / 1000);
  for (const event of events) {
    if (!('generation' in event) || Number(event.generation) > generation) continue;
    if (event.type === 'reload' && event.generation === generation) {
      if (event.duration !== undefined) at('change noticed', event.time - event.duration);
      at(`reload ${event.phase}`, event.time);
    } else if (event.type === 'worker') {
      const old = event.generation < generation;
      if (old && event.state === 'ready') continue; // only its count of requests
      at(`${old ? 'old' : 'new'} worker ${event.worker} ${event.state}`, event.time);
      if (event.boot !== undefined && !old)
        steps.set(`(import by worker ${event.worker} took)`, event.boot / 1000);
    }
  }
  return steps;
}

/** In the order in which they happened. */
function rowsOf(taken: Steps[]): Row[] {
  const names = [...new Set(taken.flatMap((steps) => [...steps.keys()]))];
  const rows = names.map((name) => {
    const times = taken.flatMap((steps) => steps.get(name) ?? []);
    return {
      step: name,
      'median ms': rounded(median(times)),
      'each save': times.map((time) => rounded(time)).join(' '),
    };
  });
  return rows.toSorted((a, b) => a['median ms'] - b['median ms']);
}
