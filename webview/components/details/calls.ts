/** Templates as they were nested, cache calls with what they found, requests that the app sent. */

import { html, nothing, type TemplateResult } from 'lit';
import type { SpanKind } from '../../../server/stream/trace.ts';
import { count, duration, plural } from '../../format.ts';
import {
  type CacheCall,
  cacheCallsOf,
  type TemplateNode,
  templatesOf,
} from '../../model/trace/calls.ts';
import { visible } from '../../visible.ts';
import { icon, placeLink } from '../parts.ts';
import type { Opened } from './opened.ts';
import { table } from './table.ts';

const failed = (error: string | undefined) =>
  error ? html` <span class="bad">${icon('error')} ${visible(error)}</span>` : nothing;

function totalOf({ row }: Opened, kind: SpanKind, noun: string, nouns?: string): TemplateResult {
  const total = row.ended?.totals[kind] ?? { count: 0, duration: 0 };
  return html`<b>${plural(total.count, noun, nouns)}</b> took <b>${duration(total.duration)}</b>`;
}

function templateRow({ panel }: Opened, node: TemplateNode): TemplateResult {
  const { name, depth, count: times, total, own, queries, site, error } = node;
  return html`<tr aria-level=${depth + 1}>
    <td class="what" .style=${`padding-left: ${depth * 16}px`}>
      <code>${visible(name)}</code>${failed(error)}
      ${depth === 0 && site ? html`<span class="place">${placeLink(panel, site)}</span>` : nothing}
    </td>
    <td class="number">${times > 1 ? `${count(times)}×` : ''}</td>
    <td class="number">${duration(total)}</td>
    <td class="number dim">${duration(own)}</td>
    <td class="number">${queries > 0 ? count(queries) : ''}</td>
  </tr>`;
}

export function templatesView(opened: Opened): unknown {
  const { trace } = opened.details;
  if (!trace) return icon('loading', 'spin');
  const columns = [
    { name: 'Template', className: 'what' },
    { name: '' },
    { name: 'Total' },
    { name: 'Own' },
    { name: 'Queries' },
  ];
  const rows = templatesOf(trace).map((node) => templateRow(opened, node));
  return html`<p>${totalOf(opened, 'template', 'rendering')}, the queries in it included</p>
    ${table('Templates', columns, rows)}`;
}

function found({ hits, keys }: CacheCall): TemplateResult | typeof nothing {
  if (hits === null) return nothing;
  if (hits >= keys)
    return html`<span class="good">${keys > 1 ? `all ${count(keys)}` : 'hit'}</span>`;
  return html`<span class="warn">${keys > 1 ? `${count(hits)} of ${count(keys)}` : 'miss'}</span>`;
}

function cacheRow({ panel }: Opened, call: CacheCall): TemplateResult {
  const { text, site, count: times, total, error, alias } = call;
  return html`<tr>
    <td class="what">
      <code>${visible(text)}</code>${failed(error)}
      <span class="place">
        ${site ? placeLink(panel, site) : nothing} <span class="dim">${visible(alias ?? '')}</span>
      </span>
    </td>
    <td class="number">${times > 1 ? `${count(times)}×` : ''}</td>
    <td class="number">${duration(total)}</td>
    <td>${found(call)}</td>
  </tr>`;
}

export function cacheView(opened: Opened): unknown {
  const { trace } = opened.details;
  if (!trace) return icon('loading', 'spin');
  const calls = cacheCallsOf(trace);
  const asked = calls.filter(({ hits }) => hits !== null);
  const hits = asked.reduce((sum, call) => sum + (call.hits ?? 0), 0);
  const keys = asked.reduce((sum, call) => sum + call.keys, 0);
  const columns = [{ name: 'Call', className: 'what' }, { name: '' }, { name: 'Time' }];
  const rate = keys > 0 ? html`; found <b>${count(hits)}</b> of ${count(keys)} keys` : nothing;
  return html`<p>${totalOf(opened, 'cache', 'call')}${rate}</p>
    ${table(
      'Cache calls',
      [...columns, { name: 'Found', className: '' }],
      calls.map((call) => cacheRow(opened, call)),
    )}`;
}

/** Each by itself: a retry is what one looks for here. */
export function outgoingView(opened: Opened): unknown {
  const { panel, details } = opened;
  if (!details.trace) return icon('loading', 'spin');
  const spans = details.trace.spans.filter(({ kind }) => kind === 'http');
  const rows = spans.map((span) => {
    const status = span.attributes['http.response.status_code'];
    return html`<tr>
      <td class="method">${visible(span.attributes['http.request.method'] ?? '')}</td>
      <td class="s${String(status ?? '').charAt(0)}">${status ?? '–'}</td>
      <td class="what">
        <code>${visible(span.text)}</code>${failed(span['error.type'])}
        ${span.site ? html`<span class="place">${placeLink(panel, span.site)}</span>` : nothing}
      </td>
      <td class="number dim sent">at ${duration(span.start)}</td>
      <td class="number">${duration(span.duration)}</td>
    </tr>`;
  });
  const left = [
    { name: 'Method', className: '' },
    { name: 'Status', className: '' },
  ];
  const columns = [
    ...left,
    { name: 'URL', className: 'what' },
    { name: 'Sent', className: 'number sent' },
    { name: 'Time' },
  ];
  return html`<p>${totalOf(opened, 'http', 'request')}</p>
    ${table('Requests that the app sent', columns, rows)}`;
}
