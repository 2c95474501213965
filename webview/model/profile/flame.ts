/** A profile as boxes: as it happened in time, or what is alike taken together, the heaviest on the left. */

import type { Profile, SampleState } from '../../../server/stream/profile.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { once } from '../trace/once.ts';
import { functionsOf } from './functions.ts';

/** Below the innermost function: why it does not run. */
export type Idle = Exclude<SampleState, 'running'>;

export interface Flame {
  /** Index of a function, or what its thread did instead of running. */
  what: number | Idle;
  /** 0 for the outermost; the root, which is no box, has -1. */
  depth: number;
  /** From the request's start; heaviest first: from that of the sampling. */
  start: Microseconds;
  duration: Microseconds;
  /** Of it, without what is in other functions; waiting and native code are its own. */
  self: Microseconds;
  waiting: Microseconds;
  native: Microseconds;
  samples: number;
  parent: Flame | null;
  children: Flame[];
}

const STATES: Record<SampleState, Idle[]> = {
  running: [],
  waiting: ['waiting'],
  native: ['native'],
};

function create(what: Flame['what'], parent: Flame | null, start: Microseconds): Flame {
  // Spelled out: a hundred thousand of them are made at once.
  return {
    what,
    depth: parent ? parent.depth + 1 : -1,
    start,
    duration: 0,
    self: 0,
    waiting: 0,
    native: 0,
    samples: 0,
    parent,
    children: [],
  };
}

function count(flame: Flame, weight: Microseconds, state: SampleState): void {
  flame.duration += weight;
  flame.samples += 1;
  if (state !== 'running') flame[state] += weight;
}

/** Puts each sample into the boxes that `childOf` finds or makes for it. */
function build(
  profile: Profile,
  from: Microseconds,
  childOf: (parent: Flame, what: Flame['what'], time: Microseconds) => Flame,
): Flame {
  const { stacks } = functionsOf(profile);
  const root = create(-1, null, from);
  let time = from;
  for (const [stack, weight, state] of profile.samples) {
    let flame = root;
    count(root, weight, state);
    for (const what of stacks[stack] ?? []) {
      flame = childOf(flame, what, time);
      count(flame, weight, state);
    }
    flame.self += weight;
    for (const idle of STATES[state] ?? []) {
      const leaf = childOf(flame, idle, time);
      count(leaf, weight, state);
      leaf.self += weight;
    }
    time += weight;
  }
  return root;
}

/** In a box for as long as nothing else came between. */
export const inTime = once(
  (profile: Profile): Flame =>
    build(profile, profile.start, (parent, what, time) => {
      const last = parent.children.at(-1);
      if (last?.what === what && last.start + last.duration === time) return last;
      const flame = create(what, parent, time);
      parent.children.push(flame);
      return flame;
    }),
);

/** One box for each function in another, however often it was called. */
export const heaviestFirst = once((profile: Profile): Flame => {
  const known = new Map<Flame, Map<Flame['what'], Flame>>();
  const root = build(profile, 0, (parent, what) => {
    const inside = known.get(parent) ?? new Map<Flame['what'], Flame>();
    known.set(parent, inside);
    const flame = inside.get(what) ?? create(what, parent, 0);
    if (!inside.has(what)) parent.children.push(flame);
    inside.set(what, flame);
    return flame;
  });
  place(root);
  return root;
});

/** The heaviest first, one beside the other. */
function place(root: Flame): void {
  const waiting = [root];
  for (let flame = waiting.pop(); flame; flame = waiting.pop()) {
    flame.children.sort((a, b) => b.duration - a.duration);
    let { start } = flame;
    for (const child of flame.children) {
      child.start = start;
      start += child.duration;
      waiting.push(child);
    }
  }
}

/** How many boxes lie below each other at most. */
export const depthOf = once((root: Flame): number => {
  let deepest = 0;
  const waiting = [root];
  for (let flame = waiting.pop(); flame; flame = waiting.pop()) {
    deepest = Math.max(deepest, flame.depth + 1);
    waiting.push(...flame.children);
  }
  return deepest;
});

/** The box at this time and depth. */
export function boxAt(root: Flame, time: Microseconds, depth: number): Flame | null {
  let flame: Flame | undefined = root;
  while (flame && flame.depth < depth) {
    flame = flame.children.find(({ start, duration }) => time >= start && time < start + duration);
  }
  return flame && flame !== root ? flame : null;
}
