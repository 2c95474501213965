/**
 * Text with terminal escapes (ECMA-48), parted into runs of one style. What styles nothing is left
 * out; control characters are shown as their symbols, so that nothing is hidden.
 */

export interface Run {
  text: string;
  /** Names of style classes, separated by spaces. */
  style: string;
}

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);

/** CSI with its parameters and final byte; OSC up to its end; other escapes; control characters. */
const SEQUENCE = new RegExp(
  [
    `${ESCAPE}\\[(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])`,
    `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`,
    `${ESCAPE}[@-_]`,
    '(?<control>(?![\\t\\n])\\p{Cc})',
  ].join('|'),
  'gu',
);
const ANY_CONTROL = /(?![\t\n])\p{Cc}/u;

const SWITCHES: Record<number, [group: string, style: string]> = {
  1: ['weight', 'ansi-bold'],
  2: ['weight', 'ansi-faint'],
  3: ['slant', 'ansi-italic'],
  4: ['line', 'ansi-underline'],
  22: ['weight', ''],
  23: ['slant', ''],
  24: ['line', ''],
  39: ['colour', ''],
};

/** `38;5;N` and `38;2;R;G;B` choose a colour with the codes that follow; of those, the first 16 are named. */
function extended(codes: number[]): string | null {
  if (codes.shift() === 2) codes.splice(0, 3);
  else {
    const index = codes.shift() ?? -1;
    if (index >= 0 && index < 16) return `ansi-${index}`;
  }
  return null;
}

/** Changes the style as one SGR sequence says. */
function restyle(styles: Map<string, string>, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  while (codes.length > 0) {
    const code = codes.shift() ?? 0;
    const [group, style] = SWITCHES[code] ?? [];
    if (code === 0) styles.clear();
    else if (group !== undefined) styles.set(group, style ?? '');
    else if (code >= 30 && code <= 37) styles.set('colour', `ansi-${code - 30}`);
    else if (code >= 90 && code <= 97) styles.set('colour', `ansi-${code - 82}`);
    else if (code === 38) styles.set('colour', extended(codes) ?? '');
    else if (code === 48) extended(codes);
  }
}

const symbolOf = (control: string): string => {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '␡';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '�';
};

export function runsOf(text: string): Run[] {
  // Carriage returns before a line's end are no news.
  const plain = text.replaceAll('\r\n', '\n');
  if (!ANY_CONTROL.test(plain)) return [{ text: plain, style: '' }];
  const runs: Run[] = [];
  const styles = new Map<string, string>();
  const add = (part: string): void => {
    const style = [...styles.values()].filter(Boolean).join(' ');
    const last = runs.at(-1);
    if (part && last?.style === style) last.text += part;
    else if (part) runs.push({ text: part, style });
  };
  let from = 0;
  for (const match of plain.matchAll(SEQUENCE)) {
    const { parameters, final, control } = match.groups ?? {};
    add(plain.slice(from, match.index));
    from = match.index + match[0].length;
    if (control) add(symbolOf(control));
    else if (final === 'm') restyle(styles, parameters ?? '');
  }
  add(plain.slice(from));
  return runs;
}
