/** Colours on a terminal, and none elsewhere (https://no-color.org). */

import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
/** Null: as it is. */
export type Paint = (style: Style | null, text: string) => string;

/** Whether there are colours is decided here, and not by where the process writes. */
const DECIDED = { validateStream: false };

export function paintFor(output: { isTTY: boolean }): Paint {
  const coloured = output.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return (style, text) => (coloured && style && text ? styleText(style, text, DECIDED) : text);
}

/** Controls, and what turns the direction of writing: a terminal obeys them, and they come from anybody. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** In one line; what a terminal would obey is spelt out. */
export const safe = (text: string): string =>
  text.replace(/[\n\t]/g, ' ').replace(UNSAFE, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
