/** What is known of one box: under the graph of the one that is selected, at the pointer of any. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Profile } from '../../../../server/stream/profile.ts';
import type { Place } from '../../../../server/stream/trace.ts';
import { duration, plural } from '../../../format.ts';
import type { Flame } from '../../../model/profile/flame.ts';
import { sampledTime } from '../../../model/profile/functions.ts';
import { type LineTime, linesOf } from '../../../model/profile/lines.ts';
import { beginning, visible } from '../../../visible.ts';
import { fact, placeLink } from '../../parts.ts';
import { percent } from '../../phases.ts';
import type { FlameGraph } from './flameGraph.ts';
import { fileOf, functionOf, IDLE, nameOf } from './names.ts';

/** As many as have room under the graph. */
const LINES = 5;

const shareOf = (profile: Profile, time: number): string => percent(time / sampledTime(profile));

/** The line that it was at the longest. */
export function placeOf(graph: FlameGraph, profile: Profile, flame: Flame): Place | undefined {
  return linesOf(profile, flame, graph.isInTime)[0]?.frame;
}

/** `orders/pricing.py:14` */
function placeText(graph: FlameGraph, profile: Profile, flame: Flame): string {
  const place = placeOf(graph, profile, flame);
  if (!place) return '';
  const root = graph.opened.panel.store.server?.root ?? '';
  return `${fileOf(place['code.file.path'], root)}:${place['code.line.number']}`;
}

/** What it is, for a person to read or hear. */
export function wordsOf(graph: FlameGraph, profile: Profile, flame: Flame): string[] {
  const { duration: total, self, waiting, native } = flame;
  const own = functionOf(profile, flame)?.own ? 'own code' : '';
  const isIdle = typeof flame.what === 'string';
  return [
    nameOf(profile, flame),
    placeText(graph, profile, flame),
    own,
    `total ${duration(total)} (${shareOf(profile, total)})`,
    isIdle ? '' : `self ${duration(self)}`,
    !isIdle && waiting > 0 ? `waiting ${duration(waiting)}` : '',
    !isIdle && native > 0 ? `native code ${duration(native)}` : '',
  ].filter(Boolean);
}

/** At the pointer, to the left of it where there is no room on the right. */
export function tooltip(graph: FlameGraph, profile: Profile): TemplateResult | typeof nothing {
  const { hovered, pointer, scroller } = graph;
  if (!hovered) return nothing;
  const [name, ...words] = wordsOf(graph, profile, hovered);
  const width = scroller?.clientWidth ?? 0;
  const side = pointer.x > width / 2 ? `right:${width - pointer.x}px` : `left:${pointer.x + 12}px`;
  return html`<div class="f-tip" aria-hidden="true" .style=${`top:${pointer.y + 14}px;${side}`}>
    <b>${name}</b>
    ${words.map((word) => html`<span>${word}</span>`)}
  </div>`;
}

function lineView({ opened }: FlameGraph, profile: Profile, { frame, time }: LineTime) {
  return html`<li>
    ${placeLink(opened.panel, frame)} <span class="dim">${duration(time)}, ${shareOf(profile, time)}</span>
  </li>`;
}

function linesView(graph: FlameGraph, profile: Profile, flame: Flame): TemplateResult {
  const lines = linesOf(profile, flame, graph.isInTime);
  const more = lines.length - LINES;
  return html`<ul class="f-lines" aria-label="Lines">
    ${lines.slice(0, LINES).map((line) => lineView(graph, profile, line))}
    ${more > 0 ? html`<li class="dim">${plural(more, 'more line')}</li>` : nothing}
  </ul>`;
}

function factsView(profile: Profile, flame: Flame): TemplateResult {
  const { duration: total, self, waiting, native, samples, what } = flame;
  const isIdle = typeof what === 'string';
  return html`${fact('total', `${duration(total)}, ${shareOf(profile, total)}`)}
    ${isIdle ? nothing : fact('self', duration(self))}
    ${!isIdle && waiting > 0 ? fact('waiting', duration(waiting)) : nothing}
    ${!isIdle && native > 0 ? fact('native code', duration(native)) : nothing}
    ${fact('', plural(samples, 'sample'))}`;
}

export function selectedView(graph: FlameGraph, profile: Profile): TemplateResult | typeof nothing {
  const { selected } = graph;
  if (!selected) return nothing;
  const { what } = selected;
  const own = functionOf(profile, selected)?.own;
  const name = functionOf(profile, selected)?.name;
  return html`<section class="f-selected" aria-label="Frame">
    <p class="facts">
      <code><b>${name === undefined ? nameOf(profile, selected) : beginning(name)}</b></code>
      ${own ? html`<span class="tag">own code</span>` : nothing} ${factsView(profile, selected)}
    </p>
    ${typeof what === 'string' ? html`<p class="dim">${visible(IDLE[what].means)}</p>` : nothing}
    ${linesView(graph, profile, selected)}
  </section>`;
}
