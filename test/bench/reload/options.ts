/** `npm run bench:reload -- [WORD…] [--saves N] [--rounds N] [--dry]`. */

import { parseArgs } from 'node:util';

export interface ReloadOptions {
  /** Of the names there are, those with one of the words; all when no word is of their kind. */
  projects: string[];
  parts: string[];
  peers: string[];
  /** Saves in the first row of each project; the other rows have half as many. */
  saves: number;
  /** How often each is started, for the cold start. */
  rounds: number;
  /** Do not keep the result. */
  dry: boolean;
}

/** What can be named. */
export interface Names {
  projects: string[];
  parts: string[];
  /** The parts that are meant when none is named. */
  usual: string[];
  peers: string[];
}

/** @throws Error that says which words there are. */
export function readOptions(
  args: string[],
  { projects, parts, usual, peers }: Names,
): ReloadOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      saves: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      dry: { type: 'boolean', default: false },
    },
  });
  const words = positionals.map((word) => word.toLowerCase());
  const all = [...projects, ...parts, ...peers];
  const unknown = words.find((word) => named(all, [word]).length === 0);
  if (unknown !== undefined) throw new Error(`no ‘${unknown}’; there are: ${all.join(' · ')}`);
  const or = (chosen: string[], otherwise: string[]) => (chosen.length > 0 ? chosen : otherwise);
  return {
    projects: or(named(projects, words), projects),
    parts: or(named(parts, words), usual),
    peers: or(named(peers, words), peers),
    saves: count(values.saves, '--saves'),
    rounds: count(values.rounds, '--rounds'),
    dry: values.dry,
  };
}

const named = (names: string[], words: string[]): string[] =>
  names.filter((name) => words.some((word) => name.toLowerCase().includes(word)));

function count(text: string, name: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${name} ${text}: a whole number above 0 is needed`);
  }
  return number;
}
