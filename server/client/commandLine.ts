/** The command lines of `prefork tail`, `show` and `routes`. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { ExportFormat } from '../stream/commands.ts';
import { UsageError } from './usageError.ts';

export const COMMANDS = ['tail', 'show', 'routes'] as const;
export type ClientCommand = (typeof COMMANDS)[number];

export interface ClientLine {
  command: ClientCommand;
  help: boolean;
  /** Pid, port, URL or info file; undefined: found by itself. */
  server: string | undefined;
  json: boolean;
  /** `tail`: how many requests of the past come first. */
  lines: number;
  /** `show`. */
  as: ExportFormat | undefined;
  words: string[];
}

const FORMATS: readonly ExportFormat[] = [
  'curl',
  'httpie',
  'fetch',
  'pytest',
  'markdown',
  'har',
  'otlp',
  'speedscope',
];

const SHARED = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  server: { type: 'string' },
} as const;
const LINES = { lines: { type: 'string', short: 'n' } } as const;
const AS = { as: { type: 'string' } } as const;
const OPTIONS = { tail: { ...SHARED, ...LINES }, show: { ...SHARED, ...AS }, routes: SHARED };

export const isClientCommand = (word: string | undefined): word is ClientCommand =>
  COMMANDS.some((command) => command === word);

/** @throws UsageError for what makes no sense. */
export function parseClientLine(command: ClientCommand, argv: readonly string[]): ClientLine {
  const { values, positionals } = parse(command, negationsApart(argv));
  const line: ClientLine = {
    command,
    help: values.help ?? false,
    server: values.server,
    json: values.json ?? false,
    lines: linesOf(values.lines),
    as: formatOf(values.as),
    words: positionals,
  };
  if (!line.help) checkWords(line);
  return line;
}

interface Parsed {
  values: { help?: boolean; json?: boolean; server?: string; lines?: string; as?: string };
  positionals: string[];
}

function parse(command: ClientCommand, argv: string[]): Parsed {
  try {
    const options: ParseArgsConfig['options'] = OPTIONS[command];
    return parseArgs({ args: argv, options, allowPositionals: true }) as Parsed;
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0] ?? '');
  }
}

/** `-status:5xx` and `-/static` are words of the filter and no switches; so they go behind a `--`. */
function negationsApart(argv: readonly string[]): string[] {
  const isNegation = (word: string): boolean => /^-(?:[a-z]+:|\/)/.test(word);
  if (argv.includes('--')) return [...argv];
  return [...argv.filter((word) => !isNegation(word)), '--', ...argv.filter(isNegation)];
}

function linesOf(value: string | undefined): number {
  if (value === undefined) return 10;
  if (!/^\d{1,5}$/.test(value)) throw new UsageError(`--lines takes a number: ${value}`);
  return Number(value);
}

function formatOf(value: string | undefined): ExportFormat | undefined {
  const format = FORMATS.find((one) => one === value);
  if (value !== undefined && !format) {
    throw new UsageError(`--as takes ${FORMATS.join(', ')}: ${value}`);
  }
  return format;
}

function checkWords({ command, words, json, as }: ClientLine): void {
  if (command === 'show' && words.length !== 1) {
    throw new UsageError('show takes the id of one request, or last');
  }
  if (command === 'routes' && words.length > 0) {
    throw new UsageError(`routes takes no filter: ${words.join(' ')}`);
  }
  if (json && as) throw new UsageError('--json and --as are two forms: only one can be shown');
}
