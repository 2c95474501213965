/** `--help`: the table, grouped, in 80 columns. */

import type { Kind } from './kinds.ts';
import { type Setting, TABLE } from './table.ts';

const WIDTH = 80;
const INDENT = '  ';
/** Where the explanations start; flags longer than that have a line of their own. */
const COLUMN = 32;
/** A longer default explains nothing. */
const LONGEST_DEFAULT = 30;

const HEAD = `Usage: prefork [OPTIONS] [APP_MODULE]

Serves a WSGI application from pre-forked workers, with Gunicorn's options.
APP_MODULE is module:application or module:factory(); for development:

  prefork --dev wsgi:application

Of a server that runs so, in another terminal (each with --help of its own):

  prefork tail [FILTER]      requests as they end
  prefork show ID            one of them; "last" is the newest
  prefork routes             what is known of each route

An app module of such a name is written with its application: tail:application.
Options of Gunicorn that are not listed are accepted and have no effect.
Defaults are in parentheses.
`;

const GENERAL = [
  entry('-h, --help', 'Show this and exit.'),
  entry('-v, --version', 'Show the version and exit.'),
];

export function helpText(): string {
  const groups = new Map<string, string[]>([['General', GENERAL]]);
  // Prefork's own come last in the table and first in the help: they are why one is here.
  const rows = Object.entries(TABLE) as [string, Setting<unknown>][];
  const own = rows.filter(([, setting]) => setting.group === 'Prefork');
  for (const [name, setting] of [...own, ...rows.filter((row) => !own.includes(row))]) {
    if (setting.flags.length === 0 && !setting.negation) continue;
    const entries = groups.get(setting.group) ?? [];
    groups.set(setting.group, [...entries, entryOf(name, setting)]);
  }
  const sections = [...groups].map(([title, entries]) => `${title}:\n${entries.join('\n')}\n`);
  return [HEAD, ...sections].join('\n');
}

function entryOf(name: string, setting: Setting<unknown>): string {
  const { flags, negation, kind, help } = setting;
  const names = [...flags, ...(negation ? [negation] : [])].join(', ');
  const value = kind.optional ? `[${kind.metavar}]` : kind.metavar;
  const label = value === null ? names : `${names} ${value}`;
  const shown = name === 'chdir' ? '' : shownDefault(setting);
  return entry(label, shown ? `${help} (${shown})` : help);
}

function shownDefault({ kind, default: usual, dev }: Setting<unknown>): string {
  const parts = [
    ...(says(usual) ? [show(kind, usual)] : []),
    ...(dev !== undefined && kind.metavar !== null ? [`${show(kind, dev)} with --dev`] : []),
    ...(dev === true ? ['on with --dev'] : []),
  ];
  const text = parts.join('; ');
  return text.length > LONGEST_DEFAULT ? '' : text;
}

function show(kind: Kind<unknown>, value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(', ') : kind.show(value);
}

function says(value: unknown): boolean {
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

function entry(label: string, help: string): string {
  const lines = wrap(help, WIDTH - COLUMN).map((line) => ' '.repeat(COLUMN) + line);
  const start = INDENT + label;
  if (start.length > COLUMN - 2) return [start, ...lines].join('\n');
  return [start.padEnd(COLUMN) + (lines[0] ?? '').trimStart(), ...lines.slice(1)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
