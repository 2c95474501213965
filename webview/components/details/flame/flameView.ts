/** The graph in the page: a canvas for the eyes, and around what is selected a tree for the ears. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Profile } from '../../../../server/stream/profile.ts';
import { duration } from '../../../format.ts';
import type { Flame } from '../../../model/profile/flame.ts';
import { spot, ticks } from '../../../model/trace/scale.ts';
import type { FlameGraph } from './flameGraph.ts';
import { placeOf, selectedView, tooltip, wordsOf } from './flameInfo.ts';
import { handleFlameKey } from './flameKeys.ts';

/** Siblings on each side that are in the tree. */
const BESIDE = 5;

/** The one that is selected and its neighbours, else the outermost ones. */
function siblingsOf(graph: FlameGraph, profile: Profile): [all: readonly Flame[], at: number] {
  const { selected } = graph;
  if (!selected?.parent) return [graph.rootOf(profile).children, 0];
  const { children } = selected.parent;
  return [children, Math.max(0, children.indexOf(selected))];
}

function treeItems(graph: FlameGraph, profile: Profile): TemplateResult[] {
  const [all, at] = siblingsOf(graph, profile);
  const first = Math.max(0, at - BESIDE);
  return all.slice(first, at + BESIDE + 1).map((flame, index) => {
    const isSelected = flame === graph.selected;
    return html`<span
      role="treeitem"
      id=${isSelected ? 'flame-selected' : `flame-${first + index}`}
      aria-level=${flame.depth + 1}
      aria-posinset=${first + index + 1}
      aria-setsize=${all.length}
      aria-selected=${isSelected}
      aria-label=${wordsOf(graph, profile, flame).join(', ')}
    ></span>`;
  });
}

/** Percent of the width; a time that begins there would be cut off. */
const NO_ROOM = 92;

const axis = (graph: FlameGraph): TemplateResult => html`<div class="f-axis" aria-hidden="true">
  ${ticks(graph.range, 6).map((time) => {
    const left = spot(graph.range, time, 0)?.[0] ?? 0;
    const text = time === 0 ? '0' : duration(time);
    return html`<span .style=${`left:${left}%`}>${left > NO_ROOM ? nothing : text}</span>`;
  })}
</div>`;

/** With Ctrl or ⌘ its line is opened, else it is zoomed to. */
function whenClicked(graph: FlameGraph, profile: Profile, event: MouseEvent): void {
  const flame = graph.flameAt(event);
  if (!flame) return;
  graph.select(flame);
  const place = event.ctrlKey || event.metaKey ? placeOf(graph, profile, flame) : undefined;
  if (place) graph.opened.panel.openFile(place['code.file.path'], place['code.line.number']);
  else graph.zoomTo(flame);
}

export const graphView = (
  graph: FlameGraph,
  profile: Profile,
): TemplateResult => html`${axis(graph)}
  <div
    class="f-graph"
    role="tree"
    tabindex="0"
    aria-label="Flame graph"
    aria-activedescendant=${graph.selected ? 'flame-selected' : ''}
    @keydown=${(event: KeyboardEvent) => handleFlameKey(graph, event)}
  >
    <canvas aria-hidden="true"></canvas>
    <div
      class="f-scroller"
      role="presentation"
      @scroll=${() => graph.requestUpdate()}
      @pointermove=${(event: PointerEvent) => graph.hover(event)}
      @pointerleave=${() => graph.hover(null)}
      @click=${(event: MouseEvent) => whenClicked(graph, profile, event)}
      @dblclick=${() => graph.showAll()}
    >
      <div class="f-spacer" role="presentation" .style=${`height:${graph.height}px`}></div>
    </div>
    <div class="sr" role="group">${treeItems(graph, profile)}</div>
    ${tooltip(graph, profile)}
  </div>
  ${selectedView(graph, profile)}`;
