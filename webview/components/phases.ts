/** Where a request's time went: a stacked bar, and the same as figures. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Microseconds, RequestEnded, RequestPhases } from '../../server/stream/protocol.ts';
import { duration } from '../format.ts';

type Phase = keyof RequestPhases | 'unaccounted';

interface Part {
  phase: Phase;
  value: Microseconds | null;
}

const PHASES: { phase: keyof RequestPhases; means: string }[] = [
  { phase: 'read', means: 'first byte to the app being called' },
  { phase: 'app', means: 'the call of the app' },
  { phase: 'iterate', means: 'its iterable, item by item' },
  { phase: 'write', means: 'in the socket' },
  { phase: 'close', means: "the iterable's close()" },
];
const MEANS = new Map<Phase, string>(PHASES.map(({ phase, means }) => [phase, means]));

/** The phases and, where they do not sum to the total, what is left. */
function partsOf({ phases, duration: total }: RequestEnded): Part[] {
  const parts: Part[] = PHASES.map(({ phase }) => ({ phase, value: phases[phase] }));
  const known = parts.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const rest = total - known;
  return rest > total / 100 ? [...parts, { phase: 'unaccounted', value: rest }] : parts;
}

/** A piece of a bar: how long, and the class that colours it. */
export interface Piece {
  className: string;
  value: Microseconds | null;
}

const pieces = (parts: Part[]): Piece[] =>
  parts.map(({ phase, value }) => ({ className: `phase-${phase}`, value }));

export const phasePieces = (ended: RequestEnded): Piece[] => pieces(partsOf(ended));

/**
 * Rectangles side by side, `width` of 100 units wide. Attributes of SVG, not styles: a strict
 * content security policy forbids those.
 */
function segments(parts: readonly Piece[], total: Microseconds, width: number) {
  let left = 0;
  return parts.map(({ className, value }) => {
    const share = total > 0 ? ((value ?? 0) / total) * width : 0;
    const x = left;
    left += share;
    if (share === 0) return nothing;
    return svg`<rect class=${className} x=${x} y="0" width=${share} height="1" />`;
  });
}

const bar = (content: unknown, name: string): TemplateResult => html`<svg
  class=${name}
  viewBox="0 0 100 1"
  preserveAspectRatio="none"
  aria-hidden="true"
>
  ${content}
</svg>`;

export const stackedBar = (parts: readonly Piece[], total: Microseconds, name: string) =>
  bar(segments(parts, total, 100), name);

export const percent = (share: number): string =>
  share > 0 && share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`;

function figure({ phase, value }: Part, total: Microseconds): TemplateResult {
  const share = value === null || total === 0 ? '' : percent(value / total);
  const means = MEANS.get(phase) ?? 'between the phases';
  return html`<tr>
    <th scope="row"><i class="key phase-${phase}"></i>${phase}</th>
    <td>${value === null ? 'not known' : duration(value)}</td>
    <td>${share}</td>
    <td class="means">${means}</td>
  </tr>`;
}

export function phasesView(ended: RequestEnded): TemplateResult {
  const parts = partsOf(ended);
  const total = ended.duration;
  return html`
    ${stackedBar(pieces(parts), total, 'bar big')}
    <table class="phases" aria-label="Phases">
      <tbody>
        ${parts.map((part) => figure(part, total))}
      </tbody>
    </table>
  `;
}
