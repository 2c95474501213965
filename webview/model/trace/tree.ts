/** The spans of a trace as a tree, in the order in which they began. */

import type { Microseconds } from '../../../server/stream/protocol.ts';
import type { Span, Trace } from '../../../server/stream/trace.ts';
import { once } from './once.ts';

export interface Node {
  /** Of the span, in its trace. */
  index: number;
  span: Span;
  depth: number;
  children: Node[];
  /** What it did itself: its duration without that of the spans in it. */
  own: Microseconds;
}

/** The outermost spans, each with all that is in it. */
export const treeOf = once((trace: Trace): Node[] => {
  const nodes = trace.spans.map(
    (span, index): Node => ({ index, span, depth: 0, children: [], own: span.duration }),
  );
  const roots: Node[] = [];
  for (const node of nodes) {
    // A parent is told before its children; anything else is not to hang the page.
    const parent = node.span.parent === null ? undefined : nodes[node.span.parent];
    if (parent && parent.index < node.index) adopt(parent, node);
    else roots.push(node);
  }
  for (const { children } of nodes) children.sort(byStart);
  return roots.sort(byStart);
});

/** When the last of the spans ends; at least 1. */
export const endOf = once(
  (trace: Trace): Microseconds =>
    trace.spans.reduce((last, span) => Math.max(last, span.start + span.duration), 1),
);

const byStart = (a: Node, b: Node): number => a.span.start - b.span.start || a.index - b.index;

function adopt(parent: Node, node: Node): void {
  node.depth = parent.depth + 1;
  parent.children.push(node);
  parent.own = Math.max(0, parent.own - node.span.duration);
}

/** Depth first, without what is in `folded` spans. */
export function flatten<Of extends { index: number; children: Of[] }>(
  roots: readonly Of[],
  folded: ReadonlySet<number>,
): Of[] {
  const shown: Of[] = [];
  const waiting = roots.toReversed();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    shown.push(node);
    if (!folded.has(node.index)) waiting.push(...node.children.toReversed());
  }
  return shown;
}
