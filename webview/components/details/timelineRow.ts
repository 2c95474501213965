/** One span: its name, indented by what it is in, and its bar. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Span } from '../../../server/stream/trace.ts';
import { duration } from '../../format.ts';
import { sqlSummary } from '../../model/sqlText.ts';
import type { JoinedNode } from '../../model/trace/joined.ts';
import { type Range, spot } from '../../model/trace/scale.ts';
import { visible } from '../../visible.ts';
import { icon } from '../parts.ts';
import type { Timeline } from './timeline.ts';
import { visitName } from './visit.ts';

export const SPAN_HEIGHT = 20;
const INDENT = 12;
/** Deeper ones are indented no further, or their names would have no room. */
const DEEPEST = 12;

/** The path first: hosts are long, and often the same. */
function urlName(url: string): string {
  const [, host, path = ''] = /^https?:\/\/([^/?#]+)([^?#]*)/.exec(url) ?? [];
  return host && path.length > 1 ? `${path} ${host}` : url;
}

/** Enough of it to know it by: the whole of it is told when the span is selected. */
function nameOf({ span: { kind, text }, guest }: JoinedNode): string {
  if (guest?.isRequest) return visitName(guest.visit);
  if (kind === 'sql') return visible(sqlSummary(text));
  if (kind === 'http') return visible(urlName(text.slice(0, 160)));
  const isFunction = kind === 'view' || kind === 'middleware';
  const name = isFunction ? text.split('.').slice(-2).join('.') : text.slice(0, 160);
  return visible(name.replaceAll(/\s+/g, ' '));
}

const shortened = (text: string): string => visible(text.slice(0, 400));

/** The figure goes where there is room: after the bar, before it, else into it. */
function label(left: number, width: number, text: string): TemplateResult {
  const after = left + width;
  const [place, at] =
    after < 80 ? ['', after] : left > 20 ? ['before', 100 - left] : ['inside', left];
  return html`<span class="t-time ${place}" .style=${`--at:${at}%`}>${text}</span>`;
}

function bar(span: Span, range: Range): TemplateResult | typeof nothing {
  const place = spot(range, span.start, span.duration);
  if (place === null) return nothing;
  const [left, width] = place;
  const fetch = span.attributes.fetch ?? 0;
  const share = span.duration > 0 ? Math.min(100, (100 * fetch) / span.duration) : 0;
  return html`<i class="t-bar" .style=${`left:${left}%;width:${width}%`}>
      ${share > 0 ? html`<i class="t-fetch" .style=${`width:${share}%`}></i>` : nothing}
    </i>
    ${label(left, width, duration(span.duration))}`;
}

function toggle(timeline: Timeline, node: JoinedNode, isFolded: boolean): TemplateResult {
  const name = isFolded ? 'chevron-right' : 'chevron-down';
  const fold = (event: Event): void => {
    event.stopPropagation();
    timeline.fold(node.index);
  };
  return html`<span class="t-toggle" @click=${fold}>${icon(name)}</span>`;
}

function spoken(node: JoinedNode): string {
  const { span, guest } = node;
  const error = span['error.type'] ? `, ${span['error.type']}` : '';
  const when = `${duration(span.duration)} from ${duration(span.start)}`;
  const what = guest?.isRequest ? 'service' : span.kind;
  return `${what} ${nameOf(node)}, ${when}${visible(error)}`;
}

/** Rows of another service have its colour. */
function serviceClass({ guest }: JoinedNode): string {
  if (!guest) return '';
  return `guest service-${guest.visit.service % 5} ${guest.isRequest ? 'visit' : ''}`;
}

function classOf(timeline: Timeline, node: JoinedNode): string {
  const { index, span } = node;
  const isSelected = timeline.selected === index ? 'selected' : '';
  const isLate = span.attributes.late ? 'late' : '';
  return `t-row kind-${span.kind} ${isSelected} ${isLate} ${span['error.type'] ? 'failing' : ''} ${serviceClass(node)}`;
}

export function rowView(timeline: Timeline, node: JoinedNode, at: number): TemplateResult {
  const { index, span, depth, children } = node;
  const isFolded = timeline.folded.has(index);
  const indent = Math.min(DEEPEST, depth) * INDENT;
  return html`<div
    class=${classOf(timeline, node)}
    role="row"
    id="span-${index}"
    aria-level=${depth + 1}
    aria-rowindex=${at + 1}
    aria-selected=${timeline.selected === index}
    aria-expanded=${children.length > 0 ? !isFolded : nothing}
    aria-label=${spoken(node)}
    @click=${() => timeline.select(index)}
  >
    <span class="t-name" role="gridcell" title=${shortened(span.text)} .style=${`padding-left:${indent}px`}>
      ${children.length > 0 ? toggle(timeline, node, isFolded) : html`<span class="t-toggle"></span>`}
      <i class="key"></i>${nameOf(node)}
    </span>
    <span class="t-bars" role="gridcell">${bar(span, timeline.range)}</span>
  </div>`;
}
