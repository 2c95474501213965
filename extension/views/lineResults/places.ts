/** Where results stand while their file is edited: they move with the lines above, and go with their own. Pure. */

import type { LineResult } from '../../../server/stream/protocol.ts';

/** A change of a text, with the names of VS Code; lines and characters from 0. */
export interface Change {
  range: { start: Position; end: Position };
  text: string;
}

interface Position {
  line: number;
  character: number;
}

export interface Placed {
  result: LineResult;
  /** From 0; null once the line was edited. */
  line: number | null;
}

/** Of one file. */
export interface Places {
  readonly all: readonly Placed[];
  /** What holds now; what was known already stays where edits have brought it. */
  take(results: readonly LineResult[]): void;
  /** In the order in which VS Code tells of them. */
  edit(changes: readonly Change[]): void;
}

export function createPlaces(): Places {
  let known = new Map<string, Placed>();

  return {
    get all() {
      return [...known.values()];
    },
    take(results) {
      known = new Map(results.map((result) => [keyOf(result), placed(result)]));
    },
    edit(changes) {
      for (const place of known.values()) {
        for (const change of changes) place.line = afterChange(place.line, change);
      }
    },
  };

  function placed(result: LineResult): Placed {
    const line = result.place['code.line.number'] - 1;
    return { result, line: known.has(keyOf(result)) ? lineOf(result) : line };
  }

  function lineOf(result: LineResult): number | null {
    return known.get(keyOf(result))?.line ?? null;
  }
}

const keyOf = ({ request, kind, place }: LineResult): string =>
  `${request} ${kind} ${place['code.line.number']}`;

/** Where a line is after a change; null when the change was in it. */
function afterChange(line: number | null, { range: { start, end }, text }: Change): number | null {
  if (line === null || line < start.line) return line;
  const moved = line + text.split('\n').length - 1 - (end.line - start.line);
  return line > end.line || isPushed(line, start, end, text) ? moved : null;
}

/** Whole lines were put before it, or taken away. */
function isPushed(line: number, start: Position, end: Position, text: string): boolean {
  const endsBefore = line === end.line && end.character === 0;
  return endsBefore && (text === '' ? start.character === 0 : text.endsWith('\n'));
}
