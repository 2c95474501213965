/** A request of another service in the timeline: what it was, and the way to it. */

import { html, nothing, type TemplateResult } from 'lit';
import { duration } from '../../format.ts';
import { callerOf, type Visit } from '../../model/trace/joined.ts';
import type { Panel } from '../../panel.ts';
import { beginning } from '../../visible.ts';
import { fact } from '../parts.ts';
import type { Opened } from './opened.ts';

const requestName = ({ request }: Visit): string =>
  beginning(`${request['http.request.method']} ${request['url.path']}`);

/** `rates.wsgi:app GET /latest` */
export const visitName = (visit: Visit): string => `${beginning(visit.app)} ${requestName(visit)}`;

/** In this page where it is of this server, else in the panel of its own. */
function openVisit(panel: Panel, { panel: address, request }: Visit): void {
  if (address === undefined) panel.showRequest(request.request);
  else panel.openExternal(`${address}&request=${encodeURIComponent(request.request)}`);
}

function openButton(panel: Panel, visit: Visit): TemplateResult {
  const where = visit.panel === undefined ? 'Open' : 'Open in Its Panel';
  return html`<button class="link" @click=${() => openVisit(panel, visit)}>${where}</button>`;
}

/** Under the timeline, when it is selected. */
export function visitView(panel: Panel, visit: Visit): TemplateResult {
  const { request, app, service } = visit;
  const isEnded = request.type === 'request.ended';
  return html`<section class="t-selected" aria-label="Request of another service">
    <p class="facts">
      <span class="service-${service % 5}"><i class="key service"></i><b>${beginning(app)}</b></span>
      <code>${requestName(visit)}</code>
      ${isEnded ? fact('', String(request['http.response.status_code'] ?? 'no status')) : fact('', 'still running')}
      ${isEnded ? fact('', duration(request.duration)) : nothing}
      ${fact('worker', request.worker)} ${fact('generation', request.generation)}
      ${visit.trace ? nothing : fact('', 'its details are not kept')}
      ${openButton(panel, visit)}
    </p>
  </section>`;
}

/** Who sent the opened request. */
export function callerView({ panel, row }: Opened): TemplateResult | typeof nothing {
  const services = panel.details.services.of(row);
  const caller = services && callerOf(row, services);
  if (!caller) return nothing;
  return html`<p class="t-note">
    Called by <b>${visitName(caller)}</b> ${openButton(panel, caller)}
  </p>`;
}
