/** `npm run bench -- [WORD…] [--seconds N] [--rounds N] [--dry]`. */

import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Of one measurement. */
  seconds: number;
  /** How often each peer has its turn. */
  rounds: number;
  /** Do not keep the result. */
  dry: boolean;
  /** Parts and scenarios whose name has one of the words; all when there are none. */
  wanted(name: string): boolean;
}

export function readOptions(args: string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      dry: { type: 'boolean', default: false },
    },
  });
  return {
    seconds: positive(values.seconds, '--seconds'),
    rounds: positive(values.rounds, '--rounds'),
    dry: values.dry,
    wanted: (name) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  };
}

function positive(text: string, name: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${name} ${text}: a number above 0 is needed`);
  return number;
}
