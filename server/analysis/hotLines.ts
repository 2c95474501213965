/** The user's own lines that a profile's time was spent in, what they called included. */

import type { Microseconds, Profile } from '../stream/protocol.ts';
import type { Place } from '../stream/trace.ts';

export interface HotLine {
  place: Place;
  duration: Microseconds;
  samples: number;
}

/** The innermost own line of each sample has its time; the hottest first. */
export function hotLines(profile: Profile): HotLine[] {
  const lines = new Map<string, HotLine>();
  for (const [stack, weight] of profile.samples) {
    const place = innermostOwn(profile, stack);
    if (!place) continue;
    const key = `${place['code.file.path']}:${place['code.line.number']}`;
    const line = lines.get(key) ?? { place, duration: 0, samples: 0 };
    lines.set(key, line);
    line.duration += weight;
    line.samples += 1;
  }
  return [...lines.values()].sort((a, b) => b.duration - a.duration);
}

function innermostOwn({ frames, stacks }: Profile, stack: number): Place | undefined {
  const frame = stacks[stack]?.findLast((index) => frames[index]?.own);
  if (frame === undefined) return undefined;
  const { own: _, ...place } = frames[frame] as Profile['frames'][number];
  return place;
}
