/** The frames of a traceback: the user's own open, those of libraries folded away; with locals. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Local } from '../../server/stream/exception.ts';
import type { Frame } from '../../server/stream/protocol.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { visible } from '../visible.ts';
import { icon, placeLink } from './parts.ts';

/** The part that failed is marked; columns count the characters of `source`. */
export function sourceView({ source, columns }: Frame): TemplateResult {
  const characters = [...source];
  const [from, to] = columns ?? [0, 0];
  const part = (start: number, end?: number) => visible(characters.slice(start, end).join(''));
  // All of a line says nothing.
  if (to <= from || to - from >= characters.length) return html`<code>${visible(source)}</code>`;
  return html`<code>${part(0, from)}<mark>${part(from, to)}</mark>${part(to)}</code>`;
}

const FLAGS: Record<NonNullable<Local['flag']>, string> = {
  redacted: 'a secret, hidden',
  lazy: 'not evaluated: that would run code or a query',
  cut: 'there is more',
};

function localView({ name, value, flag }: Local): TemplateResult {
  const sign = flag === 'cut' ? '…' : flag;
  return html`<tr>
    <th scope="row">${visible(name)}</th>
    <td>
      <code>${visible(value)}</code>
      ${flag ? html`<span class="tag ${flag}" title=${FLAGS[flag]}>${sign}</span>` : nothing}
    </td>
  </tr>`;
}

function localsView({ locals = [] }: Frame, isOpen: boolean): TemplateResult | typeof nothing {
  if (locals.length === 0) return nothing;
  return html`<details class="locals" ?open=${isOpen}>
    <summary>${plural(locals.length, 'local')}</summary>
    <table aria-label="Locals">
      <tbody>
        ${locals.map(localView)}
      </tbody>
    </table>
  </details>`;
}

const frameView = (panel: Panel, frame: Frame, isInnermost: boolean): TemplateResult => html`<div
  class="frame"
>
  ${placeLink(panel, frame)}
  <span class="function">in ${visible(frame['code.function.name'])}</span>
  ${frame.source ? sourceView(frame) : nothing} ${localsView(frame, isInnermost)}
</div>`;

/** Runs of own and of library frames, in order. */
function runsOf(frames: readonly Frame[]): Frame[][] {
  const runs: Frame[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run && run[0]?.own === frame.own) run.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

export function framesView(panel: Panel, frames: readonly Frame[]): TemplateResult[] {
  const innermost = frames.findLast(({ own }) => own);
  return runsOf(frames).map((run) => {
    const views = run.map((frame) => frameView(panel, frame, frame === innermost));
    if (run[0]?.own) return html`<div class="own">${views}</div>`;
    return html`<details class="library">
      <summary>${icon('library')} ${plural(run.length, 'library frame')}</summary>
      ${views}
    </details>`;
  });
}
