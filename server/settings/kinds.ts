/**
 * The kinds of value a setting can have: each checks what a command line or a conf file gives it
 * and says how `--print-config` shows it. The rules are those of Gunicorn's validators.
 *
 * Values arrive as text from a command line (a list of texts when the option repeats) and as JSON
 * from a conf file, where a callable is `{ $callable: 'module.name' }` and anything else that JSON
 * has no exact form for is `{ $repr: '30.0' }`.
 */

import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseAddress } from './address.ts';
import { pythonRepr, pythonText } from './pythonText.ts';

export interface Kind<Value> {
  /** What `--help` calls the value; null for a switch, which takes none. */
  metavar: string | null;
  /** A flag alone means "on"; a value may follow if it is one of these. */
  optional?: readonly string[];
  /** Given several times, the values add up. */
  repeats: boolean;
  /** @throws Error with what is wrong with the value, in one line. */
  check(value: unknown): Value;
  /** As Gunicorn prints it, which is Python's `str()`. */
  show(value: Value): string;
}

function kind<Value>(
  metavar: string | null,
  check: (value: unknown) => Value,
  more: Partial<Pick<Kind<Value>, 'optional' | 'repeats' | 'show'>> = {},
): Kind<Value> {
  return { metavar, check, repeats: false, show: pythonText, ...more };
}

function checkBoolean(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true' || word === 'false') return word === 'true';
  throw new Error(`not True or False: ${pythonRepr(value)}`);
}

const INTEGER = /^([+-]?[0-9]+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/i;

function checkInteger(value: unknown): number {
  if (typeof value === 'boolean') return Number(value);
  const text = typeof value === 'string' ? value.trim().replace(/(?<=\w)_(?=\w)/g, '') : '';
  const number = typeof value === 'number' ? value : INTEGER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new Error(`not an integer: ${pythonRepr(value)}`);
  if (number < 0) throw new Error(`must not be negative: ${number}`);
  return number;
}

function checkCount(value: unknown): number {
  const number = checkInteger(value);
  if (number === 0) throw new Error('must be at least 1');
  return number;
}

/** The numbers of Python's `ssl.VerifyMode`. */
function checkCertificates(value: unknown): number {
  const number = checkInteger(value);
  if (number > 2) throw new Error(`not 0 (none), 1 (optional) or 2 (required): ${number}`);
  return number;
}

/** `022` is octal, as file modes are written; so are `0o22` and the number 18. */
function checkMode(value: unknown): number {
  const octal = typeof value === 'string' && /^0[0-7]+$/.test(value.trim());
  return checkInteger(octal ? `0o${value.trim()}` : value);
}

function checkText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not a string: ${pythonRepr(value)}`);
  return value.trim();
}

function checkTexts(value: unknown): string[] {
  if (value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]).map(checkText);
}

function orNull<Value>(check: (value: unknown) => Value): (value: unknown) => Value | null {
  return (value) => (value === null ? null : check(value));
}

/** One text with commas in it; a Python list is refused, as Gunicorn does. */
function checkCommaList(value: unknown): string[] {
  const text = value === null ? '' : checkText(value);
  return text
    .split(',')
    .filter((item) => item !== '')
    .map((item) => item.trim());
}

function checkNames(value: unknown): string {
  return checkCommaList(value).join(',');
}

function checkNetwork(network: string): void {
  const [address = '', prefix, rest] = network.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefixFits = prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits);
  const valid = isIP(address) !== 0 && prefixFits && rest === undefined;
  if (network !== '*' && !valid) {
    throw new Error(`not an IP address or network: ${pythonRepr(network)}`);
  }
}

function checkNetworks(value: unknown): string {
  const networks = checkCommaList(value);
  networks.forEach(checkNetwork);
  return networks.join(',');
}

function checkAddresses(value: unknown): string[] {
  const addresses = checkTexts(value);
  for (const address of addresses) parseAddress(address);
  return addresses;
}

function checkEnvironment(value: unknown): string[] {
  const variables = checkTexts(value);
  const bad = variables.find((variable) => variable.indexOf('=') < 1);
  if (bad !== undefined) throw new Error(`not NAME=VALUE: ${pythonRepr(bad)}`);
  return variables;
}

function checkFolder(value: unknown): string {
  const path = resolve(checkText(value));
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new Error(`no such folder: ${pythonRepr(value)}`);
}

/** A pattern may match nothing yet; a plain path has to exist. */
function checkPatterns(value: unknown): string[] {
  const patterns = checkTexts(value);
  const missing = patterns.find((path) => !/[*?[]/.test(path) && !existsSync(path));
  if (missing !== undefined) throw new Error(`no such file: ${pythonRepr(missing)}`);
  return patterns;
}

function checkDictionary(value: unknown): Record<string, string> {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!plain || '$repr' in value || '$callable' in value) {
    throw new Error(`not a dictionary: ${pythonRepr(value)}`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, checkText(text)]));
}

/** One of a few words, in any case. */
function oneOf<Word extends string>(...words: Word[]): (value: unknown) => Word {
  return (value) => {
    const asked = checkText(value).toLowerCase();
    const word = words.find((one) => one === asked);
    if (word === undefined) throw new Error(`not ${words.join(', ')}: ${pythonRepr(value)}`);
    return word;
  };
}

const PROXY_WORDS: Readonly<Record<string, string>> = {
  false: 'off',
  '0': 'off',
  none: 'off',
  true: 'auto',
  '1': 'auto',
};

/** Gunicorn takes truth values too: an absent value and True mean `auto`. */
function checkProxyProtocol(value: unknown): 'off' | 'v1' | 'v2' | 'auto' {
  const word = String(value).trim().toLowerCase();
  return oneOf('off', 'v1', 'v2', 'auto')(value === null ? 'off' : (PROXY_WORDS[word] ?? value));
}

/** A name, or the class itself. */
function checkClass(value: unknown): string {
  if (typeof value === 'object' && value !== null && '$callable' in value) {
    return String(value.$callable);
  }
  return checkText(value);
}

/** `off`, or where to listen. */
function checkPanel(value: unknown): string | null {
  const address = checkText(value);
  if (address === 'off') return null;
  if (parseAddress(address).type !== 'tcp' || !/:\d+$/.test(address)) {
    throw new Error(`not HOST:PORT: ${pythonRepr(address)}`);
  }
  return address;
}

const showList = (value: string): string => pythonText(value === '' ? [] : value.split(','));
const showPaths = (value: string[]): string => (value.length === 0 ? 'None' : value.join(','));

/** `http://127.0.0.1:4318`; what would be a secret does not belong on a command line. */
function checkEndpoint(value: unknown): string {
  const text = checkText(value);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`not an http(s) URL: ${text}`);
  if (url.username || url.password) throw new Error('an endpoint has no user and password');
  return text;
}

export const toggle = kind(null, checkBoolean);
export const optionalToggle = kind(null, orNull(checkBoolean));
export const integer = kind('INT', checkInteger);
export const count = kind('INT', checkCount);
export const mode = kind('MODE', checkMode);
export const text = kind('STRING', checkText);
export const optionalText = kind('STRING', orNull(checkText));
export const file = kind('FILE', checkText);
export const optionalFile = kind('FILE', orNull(checkText));
export const addresses = kind('ADDRESS', checkAddresses, { repeats: true });
export const panelAddress = kind<string | null>('ADDRESS', checkPanel);
export const collectorEndpoint = kind('URL', orNull(checkEndpoint));
export const environment = kind('NAME=VALUE', checkEnvironment, { repeats: true });
export const networks = kind('ADDRESSES', checkNetworks, { show: showList });
export const names = kind('NAMES', checkNames, { show: showList });
export const headerMap = kind('HOW', oneOf('drop', 'refuse', 'dangerous'));
export const breakpointAction = kind('HOW', oneOf('skip', 'pdb'));
export const proxyProtocol = kind('MODE', checkProxyProtocol, {
  optional: ['off', 'v1', 'v2', 'auto'],
});
export const certificates = kind('0|1|2', checkCertificates);
export const optionalFolder = kind('FOLDER', orNull(checkFolder));
export const folder = kind('FOLDER', checkFolder);
export const paths = kind('FOLDERS', checkCommaList, { show: showPaths });
export const patterns = kind('FILES', checkPatterns, { repeats: true });
export const dictionary = kind('DICT', checkDictionary);
export const className = kind('STRING', checkClass);
