/** The line between the list and the details: dragged, or moved with the arrow keys. */

import { html, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';

const STEP = 0.04;

/** Beside each other when the page is wide, one below the other when it is narrow. */
const isWide = (): boolean => window.innerWidth >= 760;

/** The details' share, were the line under the pointer. */
function shareAt(event: PointerEvent): number {
  const area = (event.target as Element).parentElement as Element;
  const { left, top, width, height } = area.getBoundingClientRect();
  return isWide() ? 1 - (event.clientX - left) / width : 1 - (event.clientY - top) / height;
}

function drag(panel: Panel, event: PointerEvent): void {
  const line = event.target as HTMLElement;
  if (line.hasPointerCapture(event.pointerId)) panel.resize(shareAt(event));
}

function step(panel: Panel, event: KeyboardEvent): void {
  const grows = event.key === 'ArrowLeft' || event.key === 'ArrowUp';
  if (!grows && event.key !== 'ArrowRight' && event.key !== 'ArrowDown') return;
  event.preventDefault();
  panel.resize(panel.state.split + (grows ? STEP : -STEP));
}

const take = (event: PointerEvent): void =>
  (event.target as HTMLElement).setPointerCapture(event.pointerId);

export const splitter = (panel: Panel): TemplateResult => html`<div
  class="splitter"
  role="separator"
  tabindex="0"
  aria-label="Size of the details"
  aria-orientation=${isWide() ? 'vertical' : 'horizontal'}
  aria-valuenow=${Math.round(panel.state.split * 100)}
  @pointerdown=${take}
  @pointermove=${(event: PointerEvent) => drag(panel, event)}
  @keydown=${(event: KeyboardEvent) => step(panel, event)}
></div>`;
