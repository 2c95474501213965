/** One chart over time: uPlot as an element, in the theme's colours. */

import { LitElement } from 'lit';
import uPlot from 'uplot';

export interface Line {
  label: string;
  /** A variable of the theme: `--vscode-charts-red`. */
  colour: string;
  filled?: boolean;
}

export interface Mark {
  /** Seconds since the epoch. */
  time: number;
  text: string;
}

export interface PlotLook {
  lines: readonly Line[];
  /** A value as it is read. */
  format: (value: number) => string;
  formatTime: (seconds: number) => string;
}

const HEIGHT = 150;
const LEGEND = 24;

/** Read at each drawing: the theme may change. */
const themed = (variable: string) => (): string =>
  getComputedStyle(document.body).getPropertyValue(variable) || '#888';

const withAlpha = (variable: string) => () =>
  `color-mix(in srgb, ${themed(variable)()} 30%, transparent)`;

export class Plot extends LitElement {
  static override properties = {
    look: { attribute: false },
    data: { attribute: false },
    marks: { attribute: false },
  };

  declare look: PlotLook;
  declare data: uPlot.AlignedData;
  declare marks: readonly Mark[];
  /** A person has drawn over this range, in seconds since the epoch. */
  declare onSelected: (from: number, to: number) => void;

  #plot: uPlot | null = null;
  readonly #resized = new ResizeObserver(([entry]) => this.#fit(entry?.contentRect.width ?? 0));

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override firstUpdated(): void {
    this.#plot = new uPlot(this.#options(), this.data, this);
    this.#resized.observe(this);
  }

  protected override updated(): void {
    this.#plot?.setData(this.data);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #fit(width: number): void {
    if (width > 0) this.#plot?.setSize({ width, height: HEIGHT - LEGEND });
  }

  #options(): uPlot.Options {
    const { look } = this;
    const axis: uPlot.Axis = {
      stroke: themed('--vscode-descriptionForeground'),
      grid: { stroke: themed('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    return {
      width: this.clientWidth || 300,
      height: HEIGHT - LEGEND,
      padding: [6, 12, 0, 0],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, sync: { key: 'rates' } },
      scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, Number.MIN_VALUE) || 1] } },
      axes: [
        { ...axis, values: (_, times) => times.map(look.formatTime), space: 90, size: 24 },
        { ...axis, values: (_, values) => values.map(look.format), size: 62, space: 34 },
      ],
      series: [
        { label: 'time', value: (_, time) => (time === null ? '' : look.formatTime(time)) },
        ...look.lines.map((line) => this.#series(line)),
      ],
      hooks: { setSelect: [(plot) => this.#select(plot)], draw: [(plot) => this.#drawMarks(plot)] },
    };
  }

  #series({ label, colour, filled }: Line): uPlot.Series {
    return {
      label,
      stroke: themed(colour),
      ...(filled ? { fill: withAlpha(colour) } : {}),
      width: 1.5,
      points: { size: 4 },
      value: (_, value) => (value === null ? '–' : this.look.format(value)),
    };
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 3) return;
    this.onSelected(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = themed('--vscode-charts-yellow')();
    ctx.setLineDash([4, 3]);
    ctx.textAlign = 'left';
    let free = 0;
    for (const { time, text } of this.marks) {
      const x = Math.round(plot.valToPos(time, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      // A word over another one cannot be read.
      if (x < free) continue;
      ctx.fillText(text, x + 3, bbox.top + 10);
      free = x + ctx.measureText(text).width + 8;
    }
    ctx.restore();
  }
}

customElements.define('prefork-plot', Plot);
