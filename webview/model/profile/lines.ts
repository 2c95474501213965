/** Which lines a box, or all of a profile, was at. */

import type { Profile, ProfileFrame } from '../../../server/stream/profile.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { once } from '../trace/once.ts';
import type { Flame } from './flame.ts';
import { functionsOf } from './functions.ts';

export interface LineTime {
  frame: ProfileFrame;
  time: Microseconds;
}

const heaviest = (times: ReadonlyMap<number, Microseconds>, { frames }: Profile): LineTime[] =>
  [...times]
    .flatMap(([index, time]) => {
      const frame = frames[index];
      return frame ? [{ frame, time }] : [];
    })
    .sort((a, b) => b.time - a.time);

/** From the outermost function to this one; the box of what does not run is where its function is. */
function pathTo(flame: Flame): number[] {
  const path: number[] = [];
  for (let one: Flame | null = flame; one?.parent; one = one.parent) {
    if (typeof one.what === 'number') path.unshift(one.what);
  }
  return path;
}

/** The lines of its function where it was, the heaviest first. `isInTime`: only while the box lasted. */
export function linesOf(profile: Profile, flame: Flame, isInTime: boolean): LineTime[] {
  const path = pathTo(flame);
  const { stacks } = functionsOf(profile);
  const isIn = stacks.map((stack) => path.every((what, index) => stack[index] === what));
  const times = new Map<number, Microseconds>();
  const end = flame.start + flame.duration;
  let time = profile.start;
  for (const [stack, weight, state] of profile.samples) {
    const at = time;
    time += weight;
    if (!isIn[stack] || (isInTime && (at < flame.start || at >= end))) continue;
    if (typeof flame.what === 'string' && state !== flame.what) continue;
    const frame = profile.stacks[stack]?.[path.length - 1];
    if (frame !== undefined) times.set(frame, (times.get(frame) ?? 0) + weight);
  }
  return heaviest(times, profile);
}

/** By what the thread did, at which of the user's own lines: the innermost of each sample. */
export const ownLines = once(
  (profile: Profile): Record<'running' | 'waiting' | 'native', LineTime[]> => {
    const times = { running: new Map(), waiting: new Map(), native: new Map() };
    const innermost = profile.stacks.map((stack) =>
      stack.findLast((frame) => profile.frames[frame]?.own),
    );
    for (const [stack, weight, state] of profile.samples) {
      const frame = innermost[stack];
      const of: Map<number, Microseconds> | undefined = times[state];
      if (frame !== undefined) of?.set(frame, (of.get(frame) ?? 0) + weight);
    }
    return {
      running: heaviest(times.running, profile),
      waiting: heaviest(times.waiting, profile),
      native: heaviest(times.native, profile),
    };
  },
);
