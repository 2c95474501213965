/** What was found in a trace, in words, with the line that causes it. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../../server/stream/trace.ts';
import { count, duration, plural } from '../../format.ts';
import { keyOfFinding } from '../../model/trace/places.ts';
import { icon, placeLink } from '../parts.ts';
import type { Opened } from './opened.ts';
import { sqlLine } from './sql.ts';

function cause({ panel }: Opened, { template, site }: Finding): unknown {
  if (template) return html`from ${placeLink(panel, template)}`;
  return site ? html`from ${placeLink(panel, site)}` : nothing;
}

/** `97 of 101 queries are one statement from orders/list.html:14, each time with …`. */
function words(opened: Opened, finding: Finding): TemplateResult {
  const all = opened.row.ended?.totals.sql?.count ?? finding.count;
  const of = `${count(finding.count)} of ${plural(all, 'query', 'queries')}`;
  const alike =
    finding.kind === 'n+1'
      ? html`are one statement ${cause(opened, finding)}, each time with other parameters (N+1)`
      : html`are the same ${cause(opened, finding)}, with the same parameters`;
  return html`<b>${of}</b> ${alike}; about <b>${duration(finding.wasted)}</b> wasted.`;
}

function findingView(opened: Opened, finding: Finding): TemplateResult {
  const { panel } = opened;
  const show = () => panel.pane.showStatement(keyOfFinding(finding));
  return html`<div class="told finding">
    ${icon('warning', 'warn')}
    <div>
      <p>${words(opened, finding)} <button class="link" @click=${show}>Show</button></p>
      <code class="sql one-line">${sqlLine(finding.text)}</code>
    </div>
  </div>`;
}

export const findingsView = (opened: Opened): unknown =>
  opened.details.trace?.findings.map((finding) => findingView(opened, finding)) ?? nothing;
