/** `npm run bench:reload -- [WORD…] [--saves N] [--rounds N] [--dry]`. */

import { parseArgs } from 'node:util';

export interface ReloadOptions {
  /** Of the names there are, those with one of the words; all when no word is of their kind. */
  projects: string[];
  parts: string[];
  /** Only these; empty for the usual ones. */
  peers: string[];
  /** Saves in the first row of each project; the other rows have a third as many. */
  saves: number;
  /** How often each is started, for the cold start. */
  rounds: number;
  /** Do not keep the result; so it is when peers are named. */
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
  const all = [...projects, ...parts, ...peers];
  // ‘flask’ is the app, not the peer `flask run`: what the first group has is not looked for in the next.
  let words = positionals.map((word) => word.toLowerCase());
  const pick = (names: string[], otherwise = names): string[] => {
    const chosen = named(names, words);
    words = words.filter((word) => named(names, [word]).length === 0);
    return chosen.length > 0 ? chosen : otherwise;
  };
  const chosen = { projects: pick(projects), parts: pick(parts, usual), peers: pick(peers, []) };
  if (words.length > 0) throw new Error(`no ‘${words[0]}’; there are: ${all.join(' · ')}`);
  return {
    ...chosen,
    saves: count(values.saves, '--saves'),
    rounds: count(values.rounds, '--rounds'),
    dry: values.dry || chosen.peers.length > 0,
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
