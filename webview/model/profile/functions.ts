/** The functions of a profile: its frames are lines, and a function has several. */

import type { Profile, ProfileFrame } from '../../../server/stream/profile.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { once } from '../trace/once.ts';

export interface ProfiledFunction {
  name: string;
  file: string;
  /** The user's code. */
  own: boolean;
}

export interface Functions {
  all: ProfiledFunction[];
  /** For each stack the indices of its functions, the outermost first. */
  stacks: number[][];
}

export const functionsOf = once((profile: Profile): Functions => {
  const indices = new Map<string, number>();
  const all: ProfiledFunction[] = [];
  const indexOf = (frame: ProfileFrame): number => {
    const { 'code.function.name': name, 'code.file.path': file, own } = frame;
    const key = `${file}\n${name}`;
    const index = indices.get(key) ?? all.push({ name, file, own }) - 1;
    indices.set(key, index);
    return index;
  };
  const ofFrames = profile.frames.map(indexOf);
  // What a broken file of somebody else's names wrongly is left out, not a crash.
  const stacks = profile.stacks.map((stack) => stack.flatMap((frame) => ofFrames[frame] ?? []));
  return { all, stacks };
});

/** The time that was sampled; at least 1. */
export const sampledTime = once(
  ({ samples }: Profile): Microseconds =>
    Math.max(
      1,
      samples.reduce((sum, [, weight]) => sum + weight, 0),
    ),
);

/** When the last sample ended, from the request's start. */
export const sampledEnd = (profile: Profile): Microseconds => profile.start + sampledTime(profile);
