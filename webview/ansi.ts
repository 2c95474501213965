/**
 * Text with terminal escapes (ECMA-48), parted into runs of one style. Escapes that style nothing are
 * left out; other characters without a look of their own are shown as signs.
 */

import { visible } from './visible.ts';

export interface Run {
  text: string;
  /** Names of style classes, separated by spaces. */
  style: string;
}

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);

/** CSI with its parameters and final byte; OSC up to its end; other escapes. */
const SEQUENCE = new RegExp(
  [
    `${ESCAPE}\\[(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])`,
    `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`,
    `${ESCAPE}[@-_]`,
  ].join('|'),
  'gu',
);

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

export function runsOf(text: string): Run[] {
  if (!text.includes(ESCAPE)) return [{ text: visible(text), style: '' }];
  const runs: Run[] = [];
  const styles = new Map<string, string>();
  const add = (part: string): void => {
    const style = [...styles.values()].filter(Boolean).join(' ');
    const last = runs.at(-1);
    if (part && last?.style === style) last.text += visible(part);
    else if (part) runs.push({ text: visible(part), style });
  };
  let from = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    const { parameters, final } = match.groups ?? {};
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (final === 'm') restyle(styles, parameters ?? '');
  }
  add(text.slice(from));
  return runs;
}
