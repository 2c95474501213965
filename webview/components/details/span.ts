/** Under the timeline: the span that is selected. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Span } from '../../../server/stream/trace.ts';
import { duration } from '../../format.ts';
import type { JoinedNode } from '../../model/trace/joined.ts';
import { visible } from '../../visible.ts';
import { fact, icon, iconButton, placeLink } from '../parts.ts';
import { explainButton, explainedView, rowsOf } from './executions.ts';
import type { Opened } from './opened.ts';
import { sqlBlock } from './sql.ts';

function attributesView(span: Span): TemplateResult {
  const { attributes } = span;
  const { fetch, hits, keys, late } = attributes;
  const status = attributes['http.response.status_code'];
  const database = [attributes['db.system.name'], attributes['db.namespace']].filter(Boolean);
  return html`${database.length > 0 ? fact('', visible(database.join(' '))) : nothing}
    ${rowsOf(span) ? fact('', rowsOf(span)) : nothing}
    ${fetch === undefined ? nothing : fact('fetch', duration(fetch))}
    ${hits === undefined ? nothing : fact('found', `${hits} of ${keys ?? 1}`)}
    ${status === undefined ? nothing : fact('status', status)}
    ${late ? fact('', 'ended after the response') : nothing}`;
}

function errorView(span: Span): TemplateResult | typeof nothing {
  const error = span['error.type'];
  return error ? html`<span class="bad">${icon('error')} ${visible(error)}</span>` : nothing;
}

function linksView({ panel }: Opened, { site, attributes }: Span): TemplateResult {
  return html`${site ? placeLink(panel, site) : nothing}
  ${attributes.template ? html`<span>template ${placeLink(panel, attributes.template)}</span>` : nothing}`;
}

function textView({ panel }: Opened, { kind, text, attributes }: Span): TemplateResult {
  const copy = { icon: 'copy', title: 'Copy Text', action: () => void panel.copy(text) };
  const block =
    kind === 'sql' ? sqlBlock(text) : html`<pre class="code" tabindex="0">${visible(text)}</pre>`;
  const { parameters } = attributes;
  return html`<div class="code-block">${block} ${iconButton(copy)}</div>
    ${parameters === undefined ? nothing : html`<p class="parameters">with <code>${visible(parameters)}</code></p>`}`;
}

/** Of another service the database is out of reach. */
export function spanView(opened: Opened, { span, index, guest }: JoinedNode): TemplateResult {
  const { explains } = opened.panel.details;
  const isExplained = span.kind === 'sql' && guest === undefined;
  return html`<section class="t-selected" aria-label="Span">
    <p class="facts">
      <span class="kind-${span.kind}"><i class="key"></i><b>${span.kind}</b></span>
      ${guest ? fact('', guest.visit.app) : nothing}
      ${fact('', duration(span.duration))} ${fact('at', duration(span.start))}
      ${attributesView(span)} ${errorView(span)} ${linksView(opened, span)}
      ${isExplained ? explainButton(opened, span, index) : nothing}
    </p>
    ${textView(opened, span)}
    ${isExplained ? explainedView(explains.get(opened.row.head.request, index)) : nothing}
  </section>`;
}
