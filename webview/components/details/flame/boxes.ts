/** The boxes of a flame graph on a canvas: crisp at any zoom, and quick for a hundred thousand of them. */

import type { Microseconds } from '../../../../server/stream/protocol.ts';
import type { Flame } from '../../../model/profile/flame.ts';
import type { Range } from '../../../model/trace/scale.ts';
import type { Colours } from './colours.ts';

export const BOX_HEIGHT = 18;
/** Narrower ones have no room for a word. */
const LEAST_LABEL = 28;
const PADDING = 4;

export interface Look {
  fill: string | CanvasPattern;
  /** Behind its words, where the fill is a pattern. */
  behind?: string;
  /** In it, in the order of what may be left out for want of room. */
  words: string[];
  isStrong: boolean;
  /** Not what is looked for. */
  isDimmed: boolean;
  isFound: boolean;
}

export interface Drawing {
  context: CanvasRenderingContext2D;
  colours: Colours;
  root: Flame;
  range: Range;
  width: number;
  /** Rows above it are scrolled away, in pixels. */
  top: number;
  height: number;
  selected: Flame | null;
  hovered: Flame | null;
  lookOf(flame: Flame): Look;
}

export const xOf = (
  { range, width }: Pick<Drawing, 'range' | 'width'>,
  time: Microseconds,
): number => ((time - range.from) / (range.to - range.from)) * width;

interface Box {
  flame: Flame;
  left: number;
  right: number;
  y: number;
}

/** What is seen: those that lie in one pixel with the one before them are left out, with all below. */
function* visibleBoxes(drawing: Drawing): Generator<Box> {
  const { root, range, width, top, height } = drawing;
  const drawnTo: number[] = [];
  const waiting = root.children.toReversed();
  for (let flame = waiting.pop(); flame; flame = waiting.pop()) {
    const end = flame.start + flame.duration;
    if (end <= range.from || flame.start >= range.to) continue;
    const y = flame.depth * BOX_HEIGHT - top;
    const left = Math.max(0, xOf(drawing, flame.start));
    const right = Math.min(width, xOf(drawing, end));
    const isSeen = right - left >= 0.5 || right > (drawnTo[flame.depth] ?? -1) + 1;
    if (y >= height || !isSeen) continue;
    drawnTo[flame.depth] = right;
    if (y > -BOX_HEIGHT) yield { flame, left, right, y };
    if (right - left >= 0.5) waiting.push(...flame.children.toReversed());
  }
}

function drawBox(drawing: Drawing, { flame, left, right, y }: Box): void {
  const { context, colours } = drawing;
  const look = drawing.lookOf(flame);
  const gap = right - left > 3 ? 1 : 0;
  const size = Math.max(1, right - left - gap);
  context.globalAlpha = look.isDimmed ? colours.dimmed : 1;
  context.fillStyle = look.fill;
  context.fillRect(left, y, size, BOX_HEIGHT - 1);
  if (colours.outline && size > 2) {
    context.strokeStyle = colours.outline;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, y + 0.5, size - 1, BOX_HEIGHT - 2);
  }
  if (size >= LEAST_LABEL) drawWords(drawing, look, left + PADDING, y, size - 2 * PADDING);
  context.globalAlpha = 1;
  if (look.isFound) frame(drawing, colours.found, { flame, left, right, y });
}

/** As many of the words as find room; the first is cut if need be. */
function drawWords(
  { context, colours }: Drawing,
  look: Look,
  x: number,
  y: number,
  room: number,
): void {
  const [first = '', ...more] = look.words;
  const { character } = colours;
  const fits = Math.floor(room / character);
  const text = first.length <= fits ? first : `${first.slice(0, Math.max(0, fits - 1))}…`;
  if (look.behind) {
    context.fillStyle = look.behind;
    context.fillRect(x - 2, y + 2, text.length * character + 4, BOX_HEIGHT - 5);
  }
  context.font = look.isStrong ? colours.strongFont : colours.font;
  context.fillStyle = look.isStrong ? colours.text : colours.quiet;
  context.fillText(text, x, y + BOX_HEIGHT / 2, room);
  let at = first.length + 1;
  context.font = colours.font;
  context.fillStyle = colours.quiet;
  for (const word of more) {
    if (at + word.length > fits) break;
    context.fillText(word, x + at * character, y + BOX_HEIGHT / 2);
    at += word.length + 1;
  }
}

function frame({ context }: Drawing, colour: string, { left, right, y }: Box): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(left + 1, y + 1, Math.max(1, right - left - 3), BOX_HEIGHT - 3);
}

export function drawBoxes(drawing: Drawing): void {
  const { context, colours, selected, hovered } = drawing;
  context.textBaseline = 'middle';
  const marked: [Box, string][] = [];
  for (const box of visibleBoxes(drawing)) {
    drawBox(drawing, box);
    if (box.flame === selected) marked.push([box, colours.selected]);
    else if (box.flame === hovered) marked.push([box, colours.hovered]);
  }
  for (const [box, colour] of marked) frame(drawing, colour, box);
}
