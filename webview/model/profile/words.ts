/** What a profile says in a sentence: what ran, what waited, what C code held up. */

import type { Profile, SampleState } from '../../../server/stream/profile.ts';
import { once } from '../trace/once.ts';
import { sampledTime } from './functions.ts';
import { type LineTime, ownLines } from './lines.ts';

export interface ProfileShare {
  /** Of the time that was sampled, 0 … 1. */
  share: number;
  state: SampleState;
  /** The user's own line that most of it is at, and the time; null when it is all in libraries. */
  line: LineTime | null;
}

/** Less is not worth a word. */
const LEAST = 0.05;
const LEAST_LINE = 0.1;
const LINES = 2;

function idle(profile: Profile, state: 'waiting' | 'native'): ProfileShare[] {
  const time = profile.samples.reduce(
    (sum, [, weight, is]) => (is === state ? sum + weight : sum),
    0,
  );
  const share = time / sampledTime(profile);
  return share < LEAST ? [] : [{ share, state, line: ownLines(profile)[state][0] ?? null }];
}

/** Lines of one function taken together, under the heaviest of them. */
function byFunction(lines: readonly LineTime[]): LineTime[] {
  const functions = new Map<string, LineTime>();
  for (const { frame, time } of lines) {
    const key = `${frame['code.file.path']}\n${frame['code.function.name']}`;
    const known = functions.get(key);
    functions.set(key, { frame: known?.frame ?? frame, time: (known?.time ?? 0) + time });
  }
  return [...functions.values()];
}

/** The weightiest first. */
export const profileShares = once((profile: Profile): ProfileShare[] => {
  const whole = sampledTime(profile);
  const running = byFunction(ownLines(profile).running)
    .map((line): ProfileShare => ({ share: line.time / whole, state: 'running', line }))
    .filter(({ share }) => share >= LEAST_LINE)
    .slice(0, LINES);
  const shares = [...running, ...idle(profile, 'waiting'), ...idle(profile, 'native')];
  return shares.sort((a, b) => b.share - a.share);
});
