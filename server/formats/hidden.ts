/**
 * What capture hid reads `[hidden]`. Where a request is to be sent again a variable stands in its place,
 * named for what was there: `HIDDEN_SESSIONID`.
 */

export const HIDDEN = '[hidden]';

/** Text as it is, or what stands for a value that was hidden. */
export type Part = string | { variable: string };

/** How much before a hidden value is looked at for its name. */
const NAME_WITHIN = 300;

/** Of a JSON member, a part of a form, a cookie or a field, an element, a segment of a path. */
const NAMES = [
  /["']([\w.$-]+)["']\s*:\s*["']?$/,
  /\bname=["']?([\w.[\]-]+)["']?[^\n]*\r?\n(?:[^\n]+\n)*\r?\n$/,
  /([\w.[\]%-]+)\s*=\s*["']?$/,
  /<([\w:.-]+)(?:\s[^<>]*)?>$/,
  /\/([\w.-]+)\/$/,
];

/** `subject` is what the text is of (a header's name), for values without a name of their own. */
export function partsOf(text: string, subject: string): Part[] {
  const pieces = text.split(HIDDEN);
  let before = '';
  return pieces.flatMap((piece, at): Part[] => {
    const variable = variableFor(nameIn(before) ?? subject);
    before = (before + piece).slice(-NAME_WITHIN);
    const own = piece === '' ? [] : [piece];
    return at === 0 ? own : [{ variable }, ...own];
  });
}

/** Each once, in the order in which they stand. */
export const variablesIn = (parts: Part[]): string[] => [
  ...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable]))),
];

function nameIn(before: string): string | undefined {
  for (const pattern of NAMES) {
    const found = pattern.exec(before);
    if (found) return found[1];
  }
  return undefined;
}

const variableFor = (name: string): string =>
  `HIDDEN_${name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')}`;

/** The same with neighbouring texts in one. */
export function joined(parts: Part[]): Part[] {
  const together: Part[] = [];
  for (const part of parts) {
    const last = together.at(-1);
    if (typeof last === 'string' && typeof part === 'string') together.splice(-1, 1, last + part);
    else together.push(part);
  }
  return together;
}
