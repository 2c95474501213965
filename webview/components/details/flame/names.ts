/** What a box is called, and how it looks. */

import type { Profile } from '../../../../server/stream/profile.ts';
import { shortPath } from '../../../format.ts';
import type { Flame, Idle } from '../../../model/profile/flame.ts';
import { functionsOf, type ProfiledFunction } from '../../../model/profile/functions.ts';
import { beginning } from '../../../visible.ts';
import type { Look } from './boxes.ts';
import type { Colours } from './colours.ts';

export const IDLE: Record<Idle, { name: string; means: string }> = {
  waiting: {
    name: 'waiting',
    means: 'its thread used no processor: a sleep, a database, a lock, a busy machine',
  },
  native: {
    name: 'native code',
    means: 'C code held the interpreter, so that no sample could be taken meanwhile',
  },
};

/** As much of a name as anybody reads. */
const NAME = 200;

const short = (text: string): string => beginning(text.slice(0, NAME)).replaceAll(/\s+/g, ' ');

/** Undefined for what does not run. */
export const functionOf = (profile: Profile, { what }: Flame): ProfiledFunction | undefined =>
  typeof what === 'number' ? functionsOf(profile).all[what] : undefined;

export function nameOf(profile: Profile, flame: Flame): string {
  if (typeof flame.what === 'string') return IDLE[flame.what].name;
  return short(functionOf(profile, flame)?.name ?? '');
}

/** As seen from the app's folder, or from the libraries'. */
export const fileOf = (file: string, root: string): string => short(shortPath(file, root));

/** Lower case, as the names are compared with it. */
export type Query = string;

export const isFound = ({ name, file }: ProfiledFunction, query: Query, root: string): boolean =>
  query !== '' && `${name} ${shortPath(file, root)}`.toLowerCase().includes(query);

/** For each box of a profile; functions are looked at once. */
export function looks(
  profile: Profile,
  colours: Colours,
  { query, root }: { query: Query; root: string },
): (flame: Flame) => Look {
  const isSearched = query !== '';
  const ofFunctions = functionsOf(profile).all.map((one): Look => {
    const found = isFound(one, query, root);
    return {
      fill: one.own ? colours.own : colours.library,
      words: [short(one.name), fileOf(one.file, root)],
      isStrong: one.own,
      isDimmed: isSearched && !found,
      isFound: found,
    };
  });
  const idle = (what: Idle): Look => ({
    fill: colours.patterns[what],
    behind: colours.backs[what],
    words: [IDLE[what].name],
    isStrong: false,
    isDimmed: isSearched,
    isFound: false,
  });
  const others = { waiting: idle('waiting'), native: idle('native') };
  return ({ what }) =>
    typeof what === 'string' ? others[what] : (ofFunctions[what] ?? others.native);
}
