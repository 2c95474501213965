/** A profile: where a slow request's thread was, sampled while it ran. */

import type { Microseconds } from './protocol.ts';
import type { Place } from './trace.ts';

export interface ProfileFrame extends Place {
  'code.function.name': string;
  /** The user's code, as against a library's. */
  own: boolean;
}

/**
 * `running`: on the processor. `waiting`: it used none since the sample before (a sleep, a database, a
 * lock). `native`: C code held the interpreter, so that no sample could be taken; the stack is the one
 * found afterwards.
 */
export type SampleState = 'running' | 'waiting' | 'native';

/** `stack` is an index into the profile's `stacks`; `weight` is the time that the sample stands for. */
export type ProfileSample = [stack: number, weight: Microseconds, state: SampleState];

export interface Profile {
  /** Samples a second that were aimed at. */
  rate: number;
  /** When sampling began, from the request's start: nothing is known of the time before. */
  start: Microseconds;
  frames: ProfileFrame[];
  /** Indices into `frames`, the outermost first. An empty one: in the server itself, as when it writes. */
  stacks: number[][];
  /** In order of time; the weights add up to the time that was sampled. */
  samples: ProfileSample[];
  /** Samples left out past the bound; their time is in the weight of those that are kept. */
  cut?: number;
}
