/**
 * Reads a command line by the rules of Python's argparse, which Gunicorn's users know: `--name v`,
 * `--name=v`, `--na v` where that is unambiguous, `-w4`, `-w 4`, switches in one word (`-DR`), `--`.
 *
 * Values stay as they were written; what they may be is checked when all layers are merged.
 */

import { OPTIONS, type Option } from './options.ts';
import { SettingsError, USAGE_ERROR } from './settingsError.ts';
import { suggest } from './suggest.ts';

/** By setting name: a text, a list of texts where the option repeats, a boolean for a switch. */
export type Written = Record<string, string | string[] | boolean>;

export interface CommandLine {
  /** The app hook, or null. */
  app: string | null;
  written: Written;
  help: boolean;
  version: boolean;
}

/** @throws SettingsError for an option that does not exist, lacks its value or has one too many. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const written: Written = {};
  const positional: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') positional.push(...rest.splice(0));
    else if (isOption(word)) (word.startsWith('--') ? readLong : readShort)(word, rest, written);
    else positional.push(word);
  }
  const [app = null, extra] = positional;
  if (extra !== undefined) throw unrecognized(extra);
  const { help = false, version = false, ...settings } = written;
  return { app, written: settings, help: Boolean(help), version: Boolean(version) };
}

/** `-` is a file name, and `-1` a number. */
function isOption(word: string): boolean {
  return /^-./.test(word) && !/^-\d+$/.test(word) && !/\s/.test(word.split('=')[0] ?? '');
}

function readLong(word: string, rest: string[], written: Written): void {
  const [, prefix = '', attached] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  const [flag, option] = longOption(prefix || word);
  store(option, flag, attached, rest, written);
}

function readShort(word: string, rest: string[], written: Written): void {
  const flag = word.slice(0, 2);
  const option = OPTIONS.get(flag);
  if (!option) throw unrecognized(word);
  const attached = word.slice(2);
  const switches = option.takes === 'nothing' && /^[a-zA-Z]/.test(attached);
  const value = switches || attached === '' ? undefined : attached.replace(/^=/, '');
  store(option, flag, value, rest, written);
  if (switches) readShort(`-${attached}`, rest, written);
}

function longOption(flag: string): [string, Option] {
  const exact = OPTIONS.get(flag);
  if (exact) return [flag, exact];
  const starting = [...OPTIONS].filter(([candidate]) => candidate.startsWith(flag));
  const [only, another] = starting;
  if (!only) throw unrecognized(flag);
  if (another) {
    const flags = starting.map(([candidate]) => candidate).join(', ');
    throw usage(`ambiguous option: ${flag} could match ${flags}`);
  }
  return only;
}

function store(
  option: Option,
  flag: string,
  attached: string | undefined,
  rest: string[],
  written: Written,
): void {
  const { name, takes, repeats, constant } = option;
  if (takes === 'nothing') {
    if (attached !== undefined) throw usage(`argument ${flag}: takes no value: '${attached}'`);
    written[name] = constant;
  } else if (takes === 'optional') {
    const follows = option.values.includes(rest[0] ?? '') ? rest.shift() : undefined;
    written[name] = attached ?? follows ?? constant;
  } else {
    const value = attached ?? nextValue(option, rest);
    written[name] = repeats ? [...((written[name] as string[] | undefined) ?? []), value] : value;
  }
}

function nextValue(option: Option, rest: string[]): string {
  const [next] = rest;
  if (next === undefined || isOption(next)) {
    throw usage(`argument ${option.flags.join('/')}: expected one argument`);
  }
  rest.shift();
  return next;
}

function unrecognized(word: string): SettingsError {
  // A single letter is near to every other.
  const near = word.startsWith('--') ? suggest(word, OPTIONS.keys()) : null;
  return usage(`unrecognized arguments: ${word}${near ? ` (did you mean ${near}?)` : ''}`);
}

function usage(message: string): SettingsError {
  return new SettingsError(message, USAGE_ERROR);
}
