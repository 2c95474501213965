/** The last result of each part, kept in the repository. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.ts';
import { machine, markdownTable, type Section } from '../serving/report.ts';
import { LANES, RESOLUTION } from './prober.ts';
import { promises } from './promises.ts';

interface Kept extends Section {
  /** When it was measured, to the day. */
  date: string;
}

interface Results {
  machine: string;
  versions: Record<string, string>;
  sections: Kept[];
}

const folder = join(root, 'test/bench/results');
const jsonFile = join(folder, 'reload.json');

/** Sections that were not measured this time are kept as they were. */
export function keep(sections: Section[], versions: Record<string, string>): void {
  const date = new Date().toISOString().slice(0, 10);
  const kept = new Map(earlier().map((section) => [section.name, section]));
  for (const section of sections) kept.set(section.name, { ...section, date });
  const results: Results = { machine: machine(), versions, sections: [...kept.values()] };
  mkdirSync(folder, { recursive: true });
  writeFileSync(jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(folder, 'reload.md'), markdown(results));
}

function earlier(): Kept[] {
  try {
    return (JSON.parse(readFileSync(jsonFile, 'utf8')) as Results).sections;
  } catch {
    return [];
  }
}

function markdown({ machine, versions, sections }: Results): string {
  const about = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Reloads, measured beside peers\n',
    `\`npm run bench:reload\` wrote this, on ${machine}; ${about.join(', ')}.\n`,
    EXPLANATION,
    `\n## Promises\n\n${markdownTable(promises(sections).rows)}`,
    ...sections.map(({ name, rows, date }) => `\n## ${name}\n\n${markdownTable(rows)}\n\n${date}.`),
    '',
  ].join('\n');
}

const EXPLANATION = `\
- **all new**: from the save to the first new answer after the last old one and the last failure. Asked by
  ${LANES} lanes, half on fresh connections, half on kept ones, together every ${RESOLUTION} ms: that is the resolution. They
  ask until each has five new answers in a row and no process of before the save is left.
- **refused**, **failed**, **stale**: the sum over all saves. Stale is an old answer to a request that was sent after a
  new answer had come, or after the server had said that the save is in force.
- **longest wait**: of the requests around the save, the median of the saves' longest.
- **CPU**: of the server and all that it started, until the next save: looking at files and what is done ahead is in it,
  answering the probes is not. **PSS**: of all its processes before the next save.
- Two workers where there can be (prefork, gunicorn); every peer with its own defaults else. Before each save all
  processes had answered, and the pauses are spread over the second in which most peers look at the files once.
- Saved are a views.py, a models.py (in the large project that of the app that is loaded first), and both in turn.`;
