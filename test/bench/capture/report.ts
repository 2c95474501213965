/** The last results, in test/bench/results/capture.md; sections that were not measured stay as they were. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.ts';
import { machine, markdownTable, type Section } from '../serving/report.ts';

interface Kept extends Section {
  /** When it was measured, to the day. */
  date: string;
  rounds: number;
}

const folder = join(root, 'test/bench/results');
const jsonFile = join(folder, 'capture.json');

export function keep(
  sections: Section[],
  versions: Record<string, string>,
  { rounds }: { rounds: number },
): void {
  const date = new Date().toISOString().slice(0, 10);
  const fresh = new Map(sections.map((section) => [section.name, { ...section, date, rounds }]));
  const before = earlier().map((kept) => fresh.get(kept.name) ?? kept);
  const added = [...fresh.values()].filter((section) => !before.includes(section));
  const all = [...before, ...added];
  writeFileSync(jsonFile, `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(join(folder, 'capture.md'), markdown(all, versions));
}

function earlier(): Kept[] {
  try {
    return JSON.parse(readFileSync(jsonFile, 'utf8')) as Kept[];
  } catch {
    return [];
  }
}

function markdown(all: Kept[], { python, django }: Record<string, string>): string {
  return [
    '# What capture costs\n',
    `\`npm run bench:capture\` wrote this, on ${machine()}; Python ${python}, Django ${django}. One worker of`,
    'four threads without capture and one with it take turns; told are medians, of differences within',
    'each turn. The client and the arbiter run on the same machine.',
    ...all.map(
      ({ name, rows, date, rounds }) =>
        `\n## ${name}\n\n${markdownTable(rows)}\n\n${date}, ${rounds} rounds.`,
    ),
    '',
  ].join('\n');
}
