/** A request's time as a stacked bar in its row: how long, and on what. */

import { html, svg, type TemplateResult } from 'lit';
import type { Microseconds, RequestEnded } from '../../server/stream/protocol.ts';
import { duration } from '../format.ts';
import { type TimePart, timeParts } from '../model/timeParts.ts';

const LOOKS: Record<TimePart, { style: string; name: string }> = {
  read: { style: 'phase-read', name: 'read' },
  sql: { style: 'kind-sql', name: 'SQL' },
  http: { style: 'kind-http', name: 'outgoing HTTP' },
  cache: { style: 'kind-cache', name: 'cache' },
  template: { style: 'kind-template', name: 'templates' },
  view: { style: 'kind-view', name: 'views' },
  middleware: { style: 'kind-middleware', name: 'middleware' },
  own: { style: 'kind-own', name: 'own code' },
  write: { style: 'phase-write', name: 'write' },
  close: { style: 'phase-close', name: 'close' },
  unaccounted: { style: 'phase-unaccounted', name: 'unaccounted' },
};

/** Length by the logarithm of the time: 0.1 ms is a trace of a bar, 10 s is all of it. */
const lengthOf = (total: Microseconds): number =>
  Math.min(100, Math.max(4, 20 * Math.log10(Math.max(1, total / 100))));

/** Attributes of SVG, not styles: a strict content security policy forbids those. */
const bar = (content: unknown, label: string): TemplateResult => html`<svg
  class="bar"
  viewBox="0 0 100 1"
  preserveAspectRatio="none"
  role="img"
  aria-label=${label}
>
  ${content}
</svg>`;

/** `412 ms: SQL 240 ms, templates 100 ms, own code 70 ms`. */
export function timeWords(ended: RequestEnded): string {
  const parts = timeParts(ended).toSorted((a, b) => b.time - a.time);
  const words = parts.map(({ part, time }) => `${LOOKS[part].name} ${duration(time)}`);
  return `${duration(ended.duration)}: ${words.join(', ')}`;
}

export function timeBar(ended: RequestEnded): TemplateResult {
  const scale = lengthOf(ended.duration) / Math.max(1, ended.duration);
  let left = 0;
  const rectangles = timeParts(ended).map(({ part, time }) => {
    const x = left;
    left += time * scale;
    return svg`<rect class=${LOOKS[part].style} x=${x} y="0" width=${time * scale} height="1" />`;
  });
  return bar(rectangles, timeWords(ended));
}

/** While it runs nothing is known but how long. */
export function runningBar(elapsed: Microseconds): TemplateResult {
  const width = lengthOf(elapsed);
  const rectangle = svg`<rect class="phase-running" x="0" y="0" width=${width} height="1" />`;
  return bar(rectangle, `running for ${duration(elapsed)}`);
}
