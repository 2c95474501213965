/** Where the app's time went: its own code, the database, templates, caches, other servers. */

import { html, nothing, type TemplateResult } from 'lit';
import type { RequestEnded } from '../../../server/stream/protocol.ts';
import type { Trace } from '../../../server/stream/trace.ts';
import { duration, plural } from '../../format.ts';
import { type Share, type ShareKind, sharesOf } from '../../model/trace/shares.ts';
import { percent, stackedBar } from '../phases.ts';

const NAMES: Record<ShareKind, [name: string, one: string, many?: string]> = {
  sql: ['SQL', 'query', 'queries'],
  template: ['templates', 'rendering'],
  cache: ['cache', 'call'],
  http: ['HTTP', 'request sent', 'requests sent'],
  own: ['other code', ''],
};

function shareRow({ kind, count, time }: Share, whole: number): TemplateResult {
  const [name, one, many] = NAMES[kind];
  return html`<tr>
    <th scope="row"><i class="key kind-${kind}"></i>${name}</th>
    <td>${duration(time)}</td>
    <td>${whole > 0 ? percent(time / whole) : ''}</td>
    <td class="means">${count > 0 ? plural(count, one, many) : ''}</td>
  </tr>`;
}

export function sharesView(
  ended: RequestEnded,
  trace: Trace | null,
): TemplateResult | typeof nothing {
  const shares = sharesOf(ended, trace);
  if (shares.length === 0) return nothing;
  const whole = shares.reduce((sum, { time }) => sum + time, 0);
  const parts = shares.map(({ kind, time }) => ({ className: `kind-${kind}`, value: time }));
  return html`${stackedBar(parts, whole, 'bar big')}
    <table class="phases" aria-label="In the app">
      <tbody>
        ${shares.map((share) => shareRow(share, whole))}
      </tbody>
    </table>`;
}
