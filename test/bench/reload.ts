/**
 * `npm run bench:reload`: from a save to the moment every answer is new, beside peers, in one run.
 *
 *     npm run bench:reload -- flask          the parts whose name has one of the words
 *     npm run bench:reload -- large saves prefork
 *     npm run bench:reload -- steps          where the time of our own saves goes
 *     npm run bench:reload -- --saves 12 --dry
 */

import { quietly } from '../setup/quietly.ts';
import { removeFolder } from '../support/folders.ts';
import { root } from '../support/paths.ts';
import { coldStart } from './reload/coldStart.ts';
import { type ReloadOptions, readOptions } from './reload/options.ts';
import { installWatchfiles, NOTIFIED, RELOADERS } from './reload/peers.ts';
import { PROJECTS, type Project } from './reload/projects.ts';
import { promises } from './reload/promises.ts';
import { keep } from './reload/report.ts';
import { editProject } from './reload/rows.ts';
import { steps } from './reload/steps.ts';
import { installPeers, versions } from './serving/peers.ts';
import { print, type Section } from './serving/report.ts';

type Part = (project: Project, options: ReloadOptions) => Promise<Section[]>;

const PARTS: Record<string, Part> = {
  saves: editProject,
  'cold start': async (project, options) => [await coldStart(project, options)],
  steps,
};

async function prepare(): Promise<ReloadOptions> {
  const options = readOptions(process.argv.slice(2), {
    projects: Object.keys(PROJECTS),
    parts: Object.keys(PARTS),
    usual: ['saves', 'cold start'],
    peers: [...RELOADERS, ...NOTIFIED].map(({ name }) => name),
  });
  await installPeers();
  if (options.peers.some((name) => name.includes('watchfiles'))) await installWatchfiles();
  await quietly(process.execPath, ['build.mjs'], { cwd: root });
  return options;
}

const options = await prepare().catch((error: Error) => {
  console.error(`npm run bench:reload: ${error.message}`);
  process.exit(2);
});

/** One part that fails does not take the others with it. */
async function measure(name: string, project: Project, part: Part): Promise<Section[]> {
  try {
    const measured = await part(project, options);
    measured.forEach(print);
    return measured;
  } catch (error) {
    console.error(`\n${project.name}, ${name}: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
    return [];
  }
}

const sections: Section[] = [];
for (const [name, make] of Object.entries(PROJECTS)) {
  if (!options.projects.includes(name)) continue;
  const project = await make();
  process.once('exit', () => removeFolder(project.cwd)); // also at Ctrl-C
  for (const [part, run] of Object.entries(PARTS)) {
    if (options.parts.includes(part)) sections.push(...(await measure(part, project, run)));
  }
}
const promised = promises(sections);
console.log(`\n${Math.round(performance.now() / 1000)} s in all.`);
if (promised.rows.length > 0) print(promised);
if (!options.dry && sections.length > 0) keep(sections, await versions());
