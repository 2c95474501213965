/**
 * Text as a POSIX shell reads it back. Between single quotes everything is itself but for the quote;
 * what a terminal would act upon when it is pasted (a carriage return, an escape) goes through `printf`.
 */

import { joined, type Part } from './hidden.ts';
import { isBytes } from './sendable.ts';

/** One word of a command line; variables are expanded, and nothing else. */
export function word(parts: Part[]): string {
  if (parts.length === 0) return "''";
  return joined(parts)
    .map((part) => (typeof part === 'string' ? quoted(part) : `"$${part.variable}"`))
    .join('');
}

/** Header fields are kept a character for each byte; those that are UTF-8 are shown as that. */
export function decoded(parts: Part[]): Part[] {
  return parts.map((part) => {
    if (typeof part !== 'string' || !isBytes(part)) return part;
    const text = Buffer.from(part, 'latin1').toString('utf8');
    return text.includes('\ufffd') ? part : text;
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/** No word of a command line, or none that survives being pasted. */
export const needsPrintf = (parts: Part[]): boolean =>
  parts.some((part) => typeof part === 'string' && CONTROL.test(part));

/** A command that writes it to the standard output. */
export function printf(parts: Part[]): string {
  const format = parts.map((part) => (typeof part === 'string' ? escaped(part) : '%s')).join('');
  const values = parts.flatMap((part) => (typeof part === 'string' ? [] : [word([part])]));
  return ['printf', quoted(format), ...values].join(' ');
}

const escaped = (text: string): string =>
  text
    .replace(/[\\%]/g, (sign) => sign + sign)
    .replace(
      new RegExp(CONTROL, 'g'),
      (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );

/** Lines before a command. */
export const comments = (notes: string[]): string =>
  notes.map((note) => `# ${flat(note)}\n`).join('');

/** A command over several lines. */
export const command = (words: string[]): string => `${words.join(' \\\n  ')}\n`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: none may end the comment
const flat = (note: string): string => note.replace(/[\x00-\x1f\x7f]+/g, ' ');
