/** The colours of a flame graph, from the theme as it is now; what does not run has a pattern, too. */

import type { Idle } from '../../../model/profile/flame.ts';

export interface Colours {
  own: string;
  library: string;
  patterns: Record<Idle | 'unknown', string | CanvasPattern>;
  /** Of the patterns. */
  backs: Record<Idle, string>;
  text: string;
  quiet: string;
  /** Around each box, where contrast is asked for; empty: none. */
  outline: string;
  selected: string;
  hovered: string;
  found: string;
  line: string;
  /** How much is left of what is not looked for. */
  dimmed: number;
  font: string;
  strongFont: string;
  /** Width of a character, in pixels. */
  character: number;
}

const TILE = 8;

/** Drawn once, with lines that go on from tile to tile. */
function pattern(
  context: CanvasRenderingContext2D,
  [back, line]: [back: string, line: string],
  draw: (tile: CanvasRenderingContext2D) => void,
): string | CanvasPattern {
  const canvas = document.createElement('canvas');
  const scale = Math.max(1, Math.round(devicePixelRatio));
  canvas.width = canvas.height = TILE * scale;
  const tile = canvas.getContext('2d');
  if (!tile) return back;
  tile.scale(scale, scale);
  tile.fillStyle = back;
  tile.fillRect(0, 0, TILE, TILE);
  tile.strokeStyle = tile.fillStyle = line;
  draw(tile);
  const made = context.createPattern(canvas, 'repeat');
  made?.setTransform(new DOMMatrix().scale(1 / scale));
  return made ?? back;
}

function slant(tile: CanvasRenderingContext2D): void {
  tile.lineWidth = 1.5;
  tile.beginPath();
  for (const x of [-TILE, 0, TILE]) {
    tile.moveTo(x, TILE);
    tile.lineTo(x + TILE, 0);
  }
  tile.stroke();
}

function dots(tile: CanvasRenderingContext2D): void {
  for (const [x, y] of [
    [1, 1],
    [5, 5],
  ] as const)
    tile.fillRect(x, y, 2, 2);
}

function upright(tile: CanvasRenderingContext2D): void {
  tile.fillRect(0, 0, 1, TILE);
}

export function coloursOf(element: Element, context: CanvasRenderingContext2D): Colours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--flame-${name}`).trim() || '#888';
  const font = `11px ${style.getPropertyValue('--mono') || 'monospace'}`;
  context.font = font;
  return {
    own: of('own'),
    library: of('library'),
    patterns: {
      waiting: pattern(context, [of('waiting'), of('waiting-line')], slant),
      native: pattern(context, [of('native'), of('native-line')], dots),
      unknown: pattern(context, [of('unknown'), of('unknown-line')], upright),
    },
    backs: { waiting: of('waiting'), native: of('native') },
    text: of('text'),
    quiet: of('quiet'),
    outline: style.getPropertyValue('--flame-outline').trim(),
    selected: of('selected'),
    hovered: of('hovered'),
    found: of('found'),
    line: of('line'),
    dimmed: Number(of('dimmed')) || 1,
    font,
    strongFont: `600 ${font}`,
    character: context.measureText('mmmmmmmmmm').width / 10,
  };
}

/** Runs when the theme has become another one. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = { attributeFilter: ['class', 'style', 'data-vscode-theme-id'] };
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, attributes);
  }
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map(matchMedia);
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
