/** What was measured, on the terminal and in test/bench/results/panel.md. */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../../support/paths.ts';

/** One part of the benchmark: figure by name. */
export type Outcome = Record<string, string | number>;

interface Kept {
  name: string;
  date: string;
  seconds: number;
  outcome: Outcome;
}

const folder = join(root, 'test/bench/results');
const jsonFile = join(folder, 'panel.json');

export function print(name: string, outcome: Outcome): void {
  console.log(`\n${name}`);
  for (const [figure, value] of Object.entries(outcome)) console.log(`  ${figure}: ${value}`);
}

/** Parts that were not measured this time are kept as they were. */
export function keep(outcomes: Record<string, Outcome>, seconds: number): void {
  const date = new Date().toISOString().slice(0, 10);
  const fresh = Object.entries(outcomes).map(([name, outcome]) => ({
    name,
    date,
    seconds,
    outcome,
  }));
  const others = earlier().filter((kept) => !(kept.name in outcomes));
  const all = [...others, ...fresh].sort((a, b) => a.name.localeCompare(b.name));
  writeFileSync(jsonFile, `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(join(folder, 'panel.md'), markdown(all));
}

function earlier(): Kept[] {
  try {
    return JSON.parse(readFileSync(jsonFile, 'utf8')) as Kept[];
  } catch {
    return [];
  }
}

function markdown(all: Kept[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  const part = ({ name, date, seconds, outcome }: Kept): string => {
    const rows = Object.entries(outcome).map(([figure, value]) => `| ${figure} | ${value} |`);
    return `## ${name}\n\n${date}, ${seconds} s\n\n| | |\n| --- | --- |\n${rows.join('\n')}\n`;
  };
  const intro = `Written by \`npm run bench:panel\` on ${machine}. Chromium draws in software here, on the same processors as the load.`;
  return `# The panel under load\n\n${intro}\n\n${all.map(part).join('\n')}`;
}
