/**
 * `npm run bench`: Prefork beside its peers, in one run. Prints a table for each scenario, and keeps
 * the last result of each in test/bench/results.
 *
 *     npm run bench -- hello --seconds 2     the scenarios and parts whose name has the word
 *     npm run bench -- --rounds 5 --dry      more rounds, and nothing is kept
 */

import { debianPackages } from '../setup/debian.ts';
import { quietly } from '../setup/quietly.ts';
import { root } from '../support/paths.ts';
import { balance, mixed, sixClients } from './serving/mixed.ts';
import { type BenchOptions, readOptions } from './serving/options.ts';
import { installPeers, versions } from './serving/peers.ts';
import { keep, print, type Section } from './serving/report.ts';
import { scenarios } from './serving/scenarios.ts';
import { attacks, bodies, idle } from './serving/strain.ts';
import { throughput } from './serving/throughput.ts';

const PARTS: Record<string, (options: BenchOptions) => Promise<Section>> = {
  mixed,
  'six clients': sixClients,
  balance,
  attacks,
  idle,
  bodies,
};

/** Reads the command line, and sets up what is measured and what measures. */
async function prepare(): Promise<BenchOptions> {
  const options = readOptions(process.argv.slice(2));
  const names = [...scenarios('').map(({ name }) => name), ...Object.keys(PARTS)];
  if (!names.some(options.wanted)) {
    throw new Error(`nothing to measure has that name; there are: ${names.join(' · ')}`);
  }
  await debianPackages(['wrk']);
  await installPeers();
  await quietly(process.execPath, ['build.mjs'], { cwd: root });
  return options;
}

const options = await prepare().catch((error: Error) => {
  console.error(`npm run bench: ${error.message}`);
  process.exit(2);
});

const sections: Section[] = [];
const failures: string[] = [];

/** One part that fails does not take the others with it. */
async function collect(name: string, part: () => Promise<Section[]>): Promise<void> {
  try {
    const measured = await part();
    measured.forEach(print);
    sections.push(...measured);
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    console.error(`\n${failures.at(-1)}`);
  }
}

await collect('throughput', () => throughput(options));
for (const [name, part] of Object.entries(PARTS)) {
  if (options.wanted(name)) await collect(name, async () => [await part(options)]);
}
if (!options.dry && sections.length > 0) keep(sections, await versions(), options);
process.exit(failures.length > 0 ? 1 : 0);
