/** The newest events of each type and the last states: what the panel page is given when it is shown again. */

import type { Commands, ExceptionEvent, KeptEvent } from '../server/stream/protocol.ts';
import type { Place } from '../server/stream/trace.ts';

/** By type, so that a talkative log evicts no request. As the server's store, whose own bounds are these. */
const HISTORY_LIMITS: Readonly<Record<string, number>> = {
  'request.ended': 10_000,
  log: 20_000,
  exception: 1_000,
  metrics: 3_600,
};

/** Of each other type. */
const REST = 1_000;

/** A person goes back and forth between a few. */
const ANSWERS_LEARNED = 20;

interface Learned {
  files: Set<string>;
  panels: string[];
}

export interface History {
  add(events: KeptEvent[]): void;
  /** What is kept and newer than this sequence number. */
  after(sequence: number): KeptEvent[];
  /** What the page was answered: the files and panels of other servers in it may be opened, too. */
  learn(answer: object): void;
  /** Whether an event kept here names this file: only such files does the page get opened. */
  names(file: string): boolean;
  /** Whether it is the panel of another server that the page was told of. */
  leadsTo(url: string): boolean;
  /** The request that the page has opened last. */
  opened: string | undefined;
  clear(): void;
}

export function createHistory(limits = HISTORY_LIMITS): History {
  /** By type, the oldest first. */
  const rings = new Map<string, KeptEvent[]>();
  const states = new Map<string, KeptEvent>();
  let learned: Learned[] = [];

  function add(event: KeptEvent) {
    if (event.type === 'cleared') clear();
    for (const gone of endedBy(event, states)) states.delete(gone);
    const state = stateOf(event);
    if (state) return void states.set(state, event);
    const limit = limits[event.type] ?? REST;
    const ring = rings.get(event.type) ?? [];
    ring.push(event);
    // Cut in large steps, so that each event costs O(1).
    rings.set(event.type, ring.length > 2 * limit ? ring.slice(-limit) : ring);
  }

  function clear() {
    rings.clear();
    learned = [];
  }

  const all = () => [
    ...states.values(),
    ...[...rings].flatMap(([type, ring]) => ring.slice(-(limits[type] ?? REST))),
  ];

  return {
    add: (events) => events.forEach(add),
    after: (sequence) =>
      all()
        .filter((event) => event.sequence > sequence)
        .sort((a, b) => a.sequence - b.sequence),
    learn(answer) {
      learned = [learnedFrom(answer), ...learned].slice(0, ANSWERS_LEARNED);
    },
    names: (file) =>
      learned.some(({ files }) => files.has(file)) ||
      all().some((event) => filesOf(event).includes(file)),
    leadsTo: (url) => learned.some(({ panels }) => panels.some((panel) => isWithin(panel, url))),
    opened: undefined,
    clear,
  };
}

/** Under which key only the last of its kind is kept; undefined: every one is. */
function stateOf(event: KeptEvent): string | undefined {
  switch (event.type) {
    case 'server':
    case 'cleared':
    case 'usage':
      return event.type;
    case 'worker':
    case 'capture':
    case 'dropped':
      return `${event.type} ${event['process.pid'] ?? ''}`;
    case 'request.started':
      return `${event.type} ${event.request}`;
    default:
      return undefined;
  }
}

/** States that an event makes obsolete: of a worker that has exited, all but that it has, until the next does. */
function endedBy(event: KeptEvent, states: Map<string, KeptEvent>): string[] {
  if (event.type === 'request.ended') return [`request.started ${event.request}`];
  if (event.type !== 'worker' || event.state !== 'exited') return [];
  return [...states].flatMap(([key, other]) => {
    if (!('worker' in other)) return [];
    const isOfIt = other['process.pid'] === event['process.pid'];
    const wasBefore = other.worker === event.worker && isGone(other['process.pid'], states);
    return isOfIt || wasBefore ? [key] : [];
  });
}

function isGone(pid: number | undefined, states: Map<string, KeptEvent>): boolean {
  const worker = states.get(`worker ${pid}`);
  return worker?.type === 'worker' && worker.state === 'exited';
}

function filesOf(event: KeptEvent): string[] {
  if (event.type === 'reload') return event.files;
  if (event.type === 'log') return event['code.file.path'] ? [event['code.file.path']] : [];
  return event.type === 'exception' ? filesOfException(event) : [];
}

const pathsOf = (places: (Pick<Place, 'code.file.path'> | null | undefined)[]): string[] =>
  places.flatMap((place) => (place ? [place['code.file.path']] : []));

function filesOfException({ frames, location, template, related = [] }: ExceptionEvent): string[] {
  const others = related.flatMap((exception) => exception.frames);
  return pathsOf([...frames, ...others, location, template]);
}

/** In the order of the answer's own structure: what an app has sent is text in it, never a key. */
function* placesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'code.file.path' && typeof inner === 'string') yield inner;
    else yield* placesIn(inner);
  }
}

function learnedFrom(answer: unknown): Learned {
  const { services = [] } = answer as Partial<Commands['trace']['gives']>;
  const panels = services.flatMap(({ panel }) => (panel === undefined ? [] : [panel]));
  return { files: new Set(placesIn(answer)), panels };
}

/** The panel itself, or a request in it. */
function isWithin(panel: string, url: string): boolean {
  return url.startsWith(panel) && /^(&request=[0-9a-f]{16})?$/.test(url.slice(panel.length));
}
