/**
 * `npm run bench:capture`: what capture costs, with and without it in the same run. Prints a table for
 * each part, and keeps the last result of each in test/bench/results/capture.md.
 *
 *     npm run bench:capture -- heavy           the parts whose name has the word
 *     npm run bench:capture -- --rounds 3 --dry   fewer rounds, and nothing is kept
 */

import { debianPackages } from '../setup/debian.ts';
import { quietly } from '../setup/quietly.ts';
import { root } from '../support/paths.ts';
import { heavy } from './capture/heavy.ts';
import { page } from './capture/page.ts';
import { keep } from './capture/report.ts';
import { sampler } from './capture/sampler.ts';
import { single } from './capture/single.ts';
import { readOptions } from './serving/options.ts';
import { installPeers, versions } from './serving/peers.ts';
import { print, type Section } from './serving/report.ts';

const options = readOptions(process.argv.slice(2));
const { rounds, seconds, dry, wanted } = options;

const PARTS: Record<string, () => Promise<Section>> = {
  page: () => page(rounds, seconds),
  single: () => single(rounds * 5),
  heavy: () => heavy(rounds),
  sampler: () => sampler(rounds, seconds),
};

await debianPackages(['wrk']);
await installPeers();
await quietly(process.execPath, ['build.mjs', '--production'], { cwd: root });
const sections: Section[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (!wanted(name)) continue;
  const section = await part();
  print(section);
  sections.push(section);
}
if (!dry && sections.length > 0) keep(sections, await versions(), options);
