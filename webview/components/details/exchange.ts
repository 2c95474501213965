/** What came over the wire and what went back: headers and bodies, as far as they were kept. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Body, Fields, Trace } from '../../../server/stream/trace.ts';
import { bytes, count } from '../../format.ts';
import { fieldsOf, parsedBody } from '../../model/bodyText.ts';
import { visible } from '../../visible.ts';
import { icon, iconButton } from '../parts.ts';
import type { Opened } from './opened.ts';

export const hasExchange = (trace: Trace | null): boolean =>
  trace !== null &&
  (trace.request_headers.length > 0 ||
    trace.response_headers.length > 0 ||
    trace.request_body !== null ||
    trace.response_body !== null);

function fieldsView(label: string, fields: Fields): TemplateResult {
  const rows = fields.map(
    ([name, value]) => html`<tr>
      <th scope="row">${visible(name)}</th>
      <td>${visible(value)}</td>
    </tr>`,
  );
  return html`<table class="fields" aria-label=${label}>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function folded(title: string, note: unknown, content: unknown): TemplateResult {
  return html`<details class="exchange-part" open>
    <summary>${title} <span class="dim">${note}</span></summary>
    ${content}
  </details>`;
}

/** Lines as they were sent: what a person pastes elsewhere. */
const asLines = (fields: Fields): string =>
  fields.map(([name, value]) => `${name}: ${value}`).join('\n');

function headersView({ panel }: Opened, whose: string, fields: Fields) {
  if (fields.length === 0) return nothing;
  const copy = {
    icon: 'copy',
    title: `Copy ${whose} Headers`,
    action: () => void panel.copy(asLines(fields)),
  };
  const label = `${whose} headers`;
  return folded(
    label,
    html`${count(fields.length)} ${iconButton(copy)}`,
    fieldsView(label, fields),
  );
}

function bodyContent(whose: string, body: Body, isRaw: boolean): unknown {
  if (body.text === null) return html`<p class="dim">Not text, or not kept.</p>`;
  const parsed = isRaw ? null : parsedBody(body);
  if (parsed && 'form' in parsed) return fieldsView(`${whose} form`, parsed.form);
  return html`<pre class="code body-text" tabindex="0">${visible(parsed?.json ?? body.text)}</pre>`;
}

function notes({ size, content_type, cut, redacted }: Body): TemplateResult {
  return html`${content_type ? `${visible(content_type)} · ` : nothing}${bytes(size)}
    ${cut > 0 ? html`<span class="warn">· ${bytes(cut)} left out</span>` : nothing}
    ${redacted ? html`<span class="warn">· secrets hidden</span>` : nothing}`;
}

function bodyView(opened: Opened, whose: string, body: Body | null) {
  if (body === null || body.size === 0) return nothing;
  const { panel } = opened;
  const key = `raw ${whose}`;
  const isRaw = panel.pane.toggles.has(key);
  const raw = {
    icon: 'code',
    title: `${whose} Body as It Was Sent`,
    pressed: isRaw,
    action: () => panel.pane.toggle(key),
  };
  const copy = {
    icon: 'copy',
    title: `Copy ${whose} Body`,
    action: () => void panel.copy(body.text ?? ''),
  };
  const buttons = html`${parsedBody(body) ? iconButton(raw) : nothing}
    ${body.text === null ? nothing : iconButton(copy)}`;
  const content = bodyContent(whose, body, isRaw);
  return folded(`${whose} body`, html`${notes(body)} ${buttons}`, content);
}

export function exchangeView(opened: Opened): TemplateResult | typeof nothing {
  const { trace } = opened.details;
  if (!trace) return icon('loading', 'spin');
  const query = opened.row.head['url.query'];
  return html`${query ? folded('Query', '', fieldsView('Query', fieldsOf(query))) : nothing}
    ${headersView(opened, 'Request', trace.request_headers)}
    ${bodyView(opened, 'Request', trace.request_body)}
    ${headersView(opened, 'Response', trace.response_headers)}
    ${bodyView(opened, 'Response', trace.response_body)}`;
}
