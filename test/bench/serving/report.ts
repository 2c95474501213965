/** Tables: on the terminal, and kept in the repository as the last result. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../../support/paths.ts';

export type Row = Record<string, string | number>;

export interface Section {
  name: string;
  rows: Row[];
}

interface Kept extends Section {
  /** When it was measured, to the day. */
  date: string;
  seconds: number;
  rounds: number;
}

interface Results {
  machine: string;
  versions: Record<string, string>;
  sections: Kept[];
}

const folder = join(root, 'test/bench/results');
const jsonFile = join(folder, 'serving.json');

/** Sections that were not measured this time are kept as they were. */
export function keep(
  sections: Section[],
  versions: Record<string, string>,
  { seconds, rounds }: { seconds: number; rounds: number },
): void {
  const date = new Date().toISOString().slice(0, 10);
  const fresh = new Map(
    sections.map((section) => [section.name, { ...section, date, seconds, rounds }]),
  );
  const before = earlier().map((kept) => fresh.get(kept.name) ?? kept);
  const added = [...fresh.values()].filter((section) => !before.includes(section));
  const results: Results = { machine: machine(), versions, sections: [...before, ...added] };
  mkdirSync(folder, { recursive: true });
  writeFileSync(jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(folder, 'serving.md'), markdown(results));
}

export function print({ name, rows }: Section): void {
  console.log(`\n${name}`);
  for (const line of aligned(rows)) console.log(`  ${line}`);
}

function earlier(): Kept[] {
  try {
    return (JSON.parse(readFileSync(jsonFile, 'utf8')) as Results).sections;
  } catch {
    return [];
  }
}

export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
}

const columnsOf = (rows: Row[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

const cell = (value: string | number | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '');

function aligned(rows: Row[]): string[] {
  const columns = columnsOf(rows);
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const pad = (text: string, at: number): string =>
    at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  return lines.map((line) => line.map(pad).join('  '));
}

function markdown({ machine, versions, sections }: Results): string {
  const about = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Serving, measured beside peers\n',
    `\`npm run bench\` wrote this, on ${machine}; ${about.join(', ')}. The load generator runs on the`,
    'same machine. Two workers of four threads each, unless a row says otherwise; a ratio is the',
    'median of the rounds, each beside the first row.',
    ...sections.map(tableOf),
    '',
  ].join('\n');
}

function tableOf({ name, rows, date, seconds, rounds }: Kept): string {
  return `\n## ${name}\n\n${markdownTable(rows)}\n\n${date}, ${rounds} × ${seconds} s.`;
}

export function markdownTable(rows: Row[]): string {
  const columns = columnsOf(rows);
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map((_, at) => (at === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n');
}
