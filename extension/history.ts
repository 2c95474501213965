/** The newest events, bounded: what the panel page is given when it is shown again. */

import type { Commands, ExceptionEvent, KeptEvent } from '../server/stream/protocol.ts';
import type { Place } from '../server/stream/trace.ts';

export const HISTORY_SIZE = 10_000;

/** A person goes back and forth between a few. */
const REQUESTS_LEARNED = 20;

export interface History {
  add(events: KeptEvent[]): void;
  /** What is kept and newer than this sequence number. */
  after(sequence: number): KeptEvent[];
  /** What the page was told of one request: the files in it may be opened, too. */
  learn(details: Commands['request']['gives']): void;
  /** Whether an event kept here names this file: only such files does the page get opened. */
  names(file: string): boolean;
  clear(): void;
}

export function createHistory(size = HISTORY_SIZE): History {
  let kept: KeptEvent[] = [];
  let learned: Set<string>[] = [];
  return {
    add(events) {
      kept.push(...events);
      // Cut in large steps, so that each event costs O(1).
      if (kept.length > 2 * size) kept = kept.slice(-size);
    },
    after: (sequence) => kept.slice(-size).filter((event) => event.sequence > sequence),
    learn(details) {
      learned = [filesOfRequest(details), ...learned].slice(0, REQUESTS_LEARNED);
    },
    names: (file) =>
      learned.some((files) => files.has(file)) ||
      kept.some((event) => filesOf(event).includes(file)),
    clear() {
      kept = [];
      learned = [];
    },
  };
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

function filesOfRequest(details: Commands['request']['gives']): Set<string> {
  const { trace, logs, exceptions } = details;
  const spans = trace?.spans ?? [];
  const groups = [...(trace?.groups ?? []), ...(trace?.findings ?? [])];
  return new Set([
    ...[...logs, ...exceptions].flatMap(filesOf),
    ...pathsOf(spans.flatMap(({ site, attributes }) => [site, attributes.template])),
    ...pathsOf(groups.map(({ site }) => site)),
    ...pathsOf(trace?.findings.map(({ template }) => template) ?? []),
  ]);
}
