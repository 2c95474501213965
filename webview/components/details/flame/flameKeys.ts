/** The keys of the flame graph, while it has the focus: those of a tree that stands on its head, and zooming. */

import type { Flame } from '../../../model/profile/flame.ts';
import type { FlameGraph } from './flameGraph.ts';
import { placeOf } from './flameInfo.ts';

const heaviest = (flames: readonly Flame[]): Flame | undefined =>
  flames.reduce<Flame | undefined>(
    (most, flame) => (most && most.duration >= flame.duration ? most : flame),
    undefined,
  );

/** From nothing to the first box. */
const current = (graph: FlameGraph): Flame | null =>
  graph.selected ?? (graph.profile ? graph.rootOf(graph.profile) : null);

function inward(graph: FlameGraph): void {
  const child = heaviest(current(graph)?.children ?? []);
  if (child) graph.select(child);
}

function outward(graph: FlameGraph): void {
  const parent = graph.selected?.parent;
  if (parent?.parent) graph.select(parent);
}

/** Among those that were called by the same. */
function beside(graph: FlameGraph, by: number): void {
  const { selected } = graph;
  const siblings = (selected?.parent ?? current(graph))?.children ?? [];
  const at = selected ? siblings.indexOf(selected) : 0;
  const next = siblings[Math.min(siblings.length - 1, Math.max(0, at + by))];
  if (next) graph.select(next);
}

function zoomToSelected(graph: FlameGraph): void {
  if (graph.selected) graph.zoomTo(graph.selected);
  else inward(graph);
}

function open(graph: FlameGraph): void {
  const place = graph.profile && graph.selected && placeOf(graph, graph.profile, graph.selected);
  if (place) graph.opened.panel.openFile(place['code.file.path'], place['code.line.number']);
}

const KEYS: Record<string, (graph: FlameGraph) => void> = {
  ArrowDown: inward,
  ArrowUp: outward,
  ArrowRight: (graph) => beside(graph, 1),
  ArrowLeft: (graph) => beside(graph, -1),
  Home: (graph) => beside(graph, -Infinity),
  End: (graph) => beside(graph, Infinity),
  Enter: zoomToSelected,
  Backspace: (graph) => void graph.goBack(),
  '+': (graph) => graph.zoomBy(0.6),
  '=': (graph) => graph.zoomBy(0.6),
  '-': (graph) => graph.zoomBy(1 / 0.6),
  '0': (graph) => graph.showAll(),
  '/': (graph) => graph.querySelector<HTMLElement>('.f-search')?.focus(),
  o: open,
};

const SIDEWAYS: Record<string, number> = { ArrowLeft: -0.2, ArrowRight: 0.2 };

/** Esc goes back while there is anything to go back from; then it is the page's. */
export function handleFlameKey(graph: FlameGraph, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = event.shiftKey ? SIDEWAYS[event.key] : undefined;
  const act = KEYS[event.key];
  if (by !== undefined) graph.panBy(by);
  else if (act) act(graph);
  else if (event.key !== 'Escape' || !graph.goBack()) return;
  event.preventDefault();
  event.stopPropagation();
}

/** For the help of the page. */
export const FLAME_KEYS: { keys: string[]; means: string }[] = [
  { keys: ['↓', '↑'], means: 'profile: what it called; its caller' },
  { keys: ['←', '→'], means: 'profile: beside it' },
  { keys: ['Enter', '⌫'], means: 'profile: zoom to it; back' },
  { keys: ['+', '-', '0'], means: 'profile: zoom; all' },
  { keys: ['⇧←', '⇧→'], means: 'profile: move in time' },
  { keys: ['/'], means: 'profile: search' },
  { keys: ['o'], means: 'profile: open its line' },
];
