/** The newest events, bounded: what the panel page is given when it is shown again. */

import type { Frame, KeptEvent } from '../server/stream/protocol.ts';

export const HISTORY_SIZE = 10_000;

export interface History {
  add(events: KeptEvent[]): void;
  /** What is kept and newer than this sequence number. */
  after(sequence: number): KeptEvent[];
  /** Whether an event kept here names this file: only such files does the page get opened. */
  names(file: string): boolean;
  clear(): void;
}

export function createHistory(size = HISTORY_SIZE): History {
  let kept: KeptEvent[] = [];
  return {
    add(events) {
      kept.push(...events);
      // Cut in large steps, so that each event costs O(1).
      if (kept.length > 2 * size) kept = kept.slice(-size);
    },
    after: (sequence) => kept.slice(-size).filter((event) => event.sequence > sequence),
    names: (file) => kept.some((event) => filesOf(event).includes(file)),
    clear() {
      kept = [];
    },
  };
}

function filesOf(event: KeptEvent): string[] {
  if (event.type === 'reload') return event.files;
  if (event.type === 'log') return event['code.file.path'] ? [event['code.file.path']] : [];
  if (event.type !== 'exception') return [];
  const places: Pick<Frame, 'code.file.path'>[] = [...event.frames];
  if (event.location) places.push(event.location);
  return places.map((place) => place['code.file.path']);
}
