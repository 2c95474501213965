/** What the profile says, in the summary. */

import { html, nothing, type TemplateResult } from 'lit';
import type { SampleState } from '../../../server/stream/profile.ts';
import { type ProfileShare, profileShares } from '../../model/profile/words.ts';
import { beginning } from '../../visible.ts';
import { icon, placeLink } from '../parts.ts';
import { percent } from '../phases.ts';
import type { Opened } from './opened.ts';

export const hasProfile = ({ row, details }: Opened): boolean =>
  details.trace?.profile !== undefined ||
  (row.ended?.profiled === true && details.missing === 'asked');

const STATES: Record<SampleState, string> = {
  running: 'in',
  waiting: 'waiting',
  native: 'in C code that held the interpreter',
};

function shareView({ panel }: Opened, { share, state, line }: ProfileShare): TemplateResult {
  const place = line
    ? html`${state === 'running' ? nothing : 'from'} ${placeLink(panel, line.frame)}
        <code>${beginning(line.frame['code.function.name'])}()</code>`
    : nothing;
  return html`<b>${percent(share)}</b> ${STATES[state]} ${place}`;
}

/** `62 % in orders/pricing.py:14 quote(), 20 % waiting from …`. */
export function profiledView(opened: Opened): TemplateResult | typeof nothing {
  const { profile } = opened.details.trace ?? {};
  if (!profile) return nothing;
  const shares = profileShares(profile);
  const words = shares.map(
    (share, index) => html`${index > 0 ? ', ' : nothing}${shareView(opened, share)}`,
  );
  const show = () => opened.panel.pane.showTab('profile');
  return html`<p class="told">
    ${icon('flame', 'warn')}
    <span
      >${shares.length > 0 ? words : 'All of it in libraries, none of them much'}.
      <button class="link" @click=${show}>Show Profile</button></span
    >
  </p>`;
}
