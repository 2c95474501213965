/** Every flag that a command line may have: the table's, those that are ignored, and two more. */

import { IGNORED } from './ignored.ts';
import { type Setting, TABLE } from './table.ts';

export interface Option {
  /** The setting's name, or `help`, or `version`. */
  name: string;
  flags: readonly string[];
  /** `optional`: the next argument is its value if it is one of `values`. */
  takes: 'nothing' | 'value' | 'optional';
  values: readonly string[];
  /** Several of them add up to a list. */
  repeats: boolean;
  /** What a switch sets. */
  constant: boolean;
}

const NONE: readonly string[] = [];

function option(name: string, flags: readonly string[], more: Partial<Option> = {}): Option {
  return { name, flags, takes: 'nothing', values: NONE, repeats: false, constant: true, ...more };
}

function* optionsOf(name: string, setting: Setting<unknown>): Generator<Option> {
  const { flags, kind, negation } = setting;
  const { metavar, optional, repeats } = kind;
  const takes = metavar === null ? 'nothing' : optional ? 'optional' : 'value';
  yield option(name, flags, { takes, values: optional ?? NONE, repeats });
  if (negation) yield option(name, [negation], { constant: false });
}

function* allOptions(): Generator<Option> {
  yield option('help', ['-h', '--help']);
  yield option('version', ['-v', '--version']);
  for (const [name, setting] of Object.entries(TABLE)) {
    yield* optionsOf(name, setting as Setting<unknown>);
  }
  for (const [name, { flags, takes }] of IGNORED) {
    yield option(name, flags, { takes });
  }
}

/** By flag. */
export const OPTIONS: ReadonlyMap<string, Option> = new Map(
  [...allOptions()].flatMap((one) => one.flags.map((flag) => [flag, one])),
);
