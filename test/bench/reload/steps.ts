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
import { prefork } from './peers.ts';
import type { Kind, Project } from './projects.ts';
import { saveAndJudge } from './saving.ts';

type Steps = Map<string, number>;

export async function steps(project: Project, { saves }: ReloadOptions): Promise<Section> {
  const taken: Steps[] = [];
  const editing = await prefork.start(project, { watched: true });
  try {
    for (let save = 0; save < saves; save += 1) {
      await sleep(700);
      const kind: Kind = save % 2 === 0 ? 'views' : 'models';
      const seen = editing.events?.().length ?? 0;
      const { savedAt, first, all } = await saveAndJudge(prefork, editing, project, kind);
      const since = () => (editing.events?.() ?? []).slice(seen);
      await waitFor('the reload to be told', () => since().some(isReady));
      const stepsOfSave = fromEvents(since(), (performance.timeOrigin + savedAt) * 1000);
      taken.push(stepsOfSave.set('first new answer', first).set('every answer is new', all));
    }
  } finally {
    await editing.stop();
  }
  return { name: `${project.name}, steps of a save`, rows: rowsOf(taken) };
}

const isReady = (event: StreamEvent): event is ReloadEvent =>
  event.type === 'reload' && event.phase === 'ready';

/** `saved` in µs since the epoch, as the events' times. The first event of each step counts. */
function fromEvents(events: StreamEvent[], saved: number): Steps {
  const steps: Steps = new Map();
  const generation = events.find(isReady)?.generation ?? 0;
  const at = (name: string, time: number) =>
    steps.has(name) || steps.set(name, (time - saved) / 1000);
  for (const event of events) {
    if (event.type === 'reload') {
      if (event.duration !== undefined) at('change noticed', event.time - event.duration);
      at(`reload ${event.phase}`, event.time);
    } else if (event.type === 'worker') {
      const old = event.generation < generation;
      if (old && event.state === 'ready') continue; // only its count of requests
      at(`${old ? 'old' : 'new'} worker ${event.worker} ${event.state}`, event.time);
      if (event.boot !== undefined)
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
