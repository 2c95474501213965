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
  const each: Steps[] = [];
  const editing = await prefork.start(project, { watched: true });
  try {
    for (let save = 0; save < saves; save += 1) {
      await sleep(1500);
      const kind: Kind = save % 2 === 0 ? 'views' : 'models';
      const seen = editing.events?.().length ?? 0;
      const { file, savedAt, first, all } = await saveAndJudge(prefork, editing, project, kind);
      const since = () => (editing.events?.() ?? []).slice(seen);
      const reload = await waitFor('the reload to be told', () => readyOf(file, since()));
      const taken = fromEvents(
        reload.generation,
        since(),
        (performance.timeOrigin + savedAt) * 1000,
      );
      taken.set('(reloads begun, 1 is right)', since().filter(isBegin).length);
      each.push(taken.set('first new answer', first).set('every answer is new', all));
    }
  } finally {
    await editing.stop();
  }
  return { name: `${project.name}, steps of a save`, rows: rowsOf(each) };
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
