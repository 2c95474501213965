/** Draws the graph as it is now: the boxes that are in view, and the time of which nothing is known. */

import { drawBoxes, xOf } from './boxes.ts';
import { type Colours, coloursOf } from './colours.ts';
import type { FlameGraph } from './flameGraph.ts';
import { looks } from './names.ts';

const WORDS = 'not sampled';

/** As large as what is seen of it, in as many pixels as the screen has. */
function fit(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, scroller: Element) {
  const { clientWidth: width, clientHeight: height } = scroller;
  const [across, down] = [width, height].map((size) => Math.round(size * devicePixelRatio));
  // Setting its size also clears it.
  canvas.width = across ?? 0;
  canvas.height = down ?? 0;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return { width, height };
}

/** Before the first sample. */
function drawUnknown(
  graph: FlameGraph,
  context: CanvasRenderingContext2D,
  colours: Colours,
  size: { width: number; height: number },
): void {
  const start = graph.profile?.start ?? 0;
  const end = Math.min(size.width, xOf({ range: graph.range, width: size.width }, start));
  if (!graph.isInTime || start === 0 || end < 1) return;
  context.fillStyle = colours.patterns.unknown;
  context.fillRect(0, 0, end - 1, size.height);
  context.font = colours.font;
  if (end < (WORDS.length + 1) * colours.character) return;
  context.fillStyle = colours.quiet;
  context.textBaseline = 'middle';
  context.fillText(WORDS, 4, 9);
}

export function drawFlame(graph: FlameGraph): void {
  const { profile, scroller } = graph;
  const canvas = graph.querySelector('canvas');
  const context = canvas?.getContext('2d');
  if (!profile || !scroller || !canvas || !context) return;
  const size = fit(canvas, context, scroller);
  const colours = coloursOf(graph, context);
  drawUnknown(graph, context, colours, size);
  const root = graph.opened.panel.store.server?.root ?? '';
  drawBoxes({
    ...{ context, colours, ...size, top: scroller.scrollTop },
    root: graph.rootOf(profile),
    range: graph.range,
    selected: graph.selected,
    hovered: graph.hovered,
    lookOf: looks(profile, colours, { query: graph.query, root }),
  });
}
