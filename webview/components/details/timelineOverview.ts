/** All of the request in one strip: its phases, where its spans lie; and a window to move over it. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { SpanKind, Trace } from '../../../server/stream/trace.ts';
import { duration } from '../../format.ts';
import { once } from '../../model/trace/once.ts';
import { around, pan } from '../../model/trace/scale.ts';
import { endOf } from '../../model/trace/tree.ts';
import { phasePieces, stackedBar } from '../phases.ts';
import type { Timeline } from './timeline.ts';

/** As many columns as are worth telling apart. */
const COLUMNS = 240;

/** The outer ones first, so that what is in them lies above. */
const LAYERS: SpanKind[] = ['middleware', 'view', 'template', 'http', 'cache', 'sql'];

interface Strip {
  kind: SpanKind;
  from: number;
  to: number;
}

/** Per kind the columns with a span in them, neighbours joined: few shapes for any number of spans. */
const stripsOf = once((trace: Trace): Strip[] => {
  const end = endOf(trace);
  return LAYERS.flatMap((kind) => {
    const filled = new Uint8Array(COLUMNS);
    for (const span of trace.spans) {
      if (span.kind !== kind) continue;
      const from = Math.floor((span.start / end) * COLUMNS);
      const to = Math.ceil(((span.start + span.duration) / end) * COLUMNS);
      filled.fill(1, from, Math.max(from + 1, to));
    }
    return runsOf(filled).map(([from, to]): Strip => ({ kind, from, to }));
  });
});

function runsOf(filled: Uint8Array): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (let from = filled.indexOf(1); from >= 0; ) {
    const end = filled.indexOf(0, from);
    const to = end < 0 ? COLUMNS : end;
    runs.push([from, to]);
    from = filled.indexOf(1, to);
  }
  return runs;
}

function spansStrip({ opened, total }: Timeline): TemplateResult | typeof nothing {
  const { trace } = opened.details;
  if (!trace) return nothing;
  const end = endOf(trace);
  const scale = end / total;
  const shapes = stripsOf(trace).map(({ kind, from, to }) => {
    const y = LAYERS.indexOf(kind);
    return svg`<rect class="kind-${kind}" x=${from * scale} y=${y} width=${(to - from) * scale} height="0.8" />`;
  });
  return html`<svg
    class="t-strips"
    viewBox="0 0 ${COLUMNS} ${LAYERS.length}"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${shapes}
  </svg>`;
}

const timeAt = (timeline: Timeline, event: PointerEvent): number => {
  const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
  return share * timeline.total;
};

interface Drag {
  time: number;
  /** In the window of a zoomed timeline: it is moved, else a new one is drawn. */
  moves: boolean;
}

const drags = new WeakMap<Timeline, Drag>();

function whenPressed(timeline: Timeline, event: PointerEvent): void {
  const time = timeAt(timeline, event);
  const { range, total } = timeline;
  const isZoomed = range.to - range.from < total;
  drags.set(timeline, { time, moves: isZoomed && time >= range.from && time <= range.to });
  (event.currentTarget as Element).setPointerCapture(event.pointerId);
}

function whenMoved(timeline: Timeline, event: PointerEvent): void {
  const drag = drags.get(timeline);
  if (!drag) return;
  const time = timeAt(timeline, event);
  const { range, total } = timeline;
  if (!drag.moves) timeline.show(around(drag.time, time, total));
  else {
    timeline.show(pan(range, total, (time - drag.time) / (range.to - range.from)));
    drag.time = time;
  }
}

/** What is shown of the whole, with shades beside it. */
function windowOf({ range, total }: Timeline): TemplateResult | typeof nothing {
  if (range.to - range.from >= total) return nothing;
  const left = (100 * range.from) / total;
  const right = 100 - (100 * range.to) / total;
  return html`<i class="t-shade" .style=${`left:0;width:${left}%`}></i>
    <i class="t-shade" .style=${`right:0;width:${right}%`}></i>
    <i class="t-window" .style=${`left:${left}%;right:${right}%`}></i>`;
}

export function overview(timeline: Timeline): TemplateResult {
  const { ended } = timeline.opened.row;
  const phases = ended ? stackedBar(phasePieces(ended), timeline.total, 'bar t-phases') : nothing;
  const { from, to } = timeline.range;
  const shown = `${duration(Math.round(from))} to ${duration(Math.round(to))} of ${duration(timeline.total)}`;
  return html`<div
    class="t-overview"
    role="img"
    aria-label="Shown: ${shown}"
    title="Drag: zoom to this part. Double-click: all. Ctrl+wheel: zoom"
    @pointerdown=${(event: PointerEvent) => whenPressed(timeline, event)}
    @pointermove=${(event: PointerEvent) => whenMoved(timeline, event)}
    @pointerup=${() => drags.delete(timeline)}
    @pointercancel=${() => drags.delete(timeline)}
    @dblclick=${() => timeline.show(null)}
  >
    ${phases} ${spansStrip(timeline)} ${windowOf(timeline)}
  </div>`;
}
