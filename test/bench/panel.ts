/**
 * `npm run bench:panel`: the built panel page in a real Chromium, on the real hub, under load. Prints a
 * table for each part, and keeps the last result of each in test/bench/results/panel.md.
 *
 *     npm run bench:panel -- scrolling --seconds 600     the parts whose name has the word
 *     npm run bench:panel -- --rate 1000 --dry           fewer events, and nothing is kept
 */

import { parseArgs } from 'node:util';
import { quietly } from '../setup/quietly.ts';
import { root } from '../support/paths.ts';
import { latency } from './panel/latency.ts';
import { opening } from './panel/opening.ts';
import { keep, type Outcome, print } from './panel/report.ts';
import { scrolling } from './panel/scrolling.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    dry: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);

const PARTS: Record<string, () => Promise<Outcome>> = {
  scrolling: () => scrolling({ seconds, rate: Number(values.rate), filter: '' }),
  'scrolling, filtered': () =>
    scrolling({ seconds, rate: Number(values.rate), filter: 'orders -status:5xx' }),
  'opening a trace': opening,
  latency: () => latency({ seconds: Math.min(seconds, 60), rate: 100 }),
};

await quietly(process.execPath, ['build.mjs', '--production'], { cwd: root });
const outcomes: Record<string, Outcome> = {};
for (const [name, part] of Object.entries(PARTS)) {
  if (!positionals.every((word) => name.includes(word))) continue;
  const outcome = await part();
  print(name, outcome);
  outcomes[name] = outcome;
}
await quietly(process.execPath, ['build.mjs'], { cwd: root });
if (!values.dry) keep(outcomes, seconds);
