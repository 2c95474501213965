/** The page: composes its parts, and draws them at most once a frame. */

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { LogEvent } from '../../server/stream/protocol.ts';
import type { Row } from '../model/rows.ts';
import { logKey, type Panel, rowKey } from '../panel.ts';
import { detailsView } from './details.ts';
import { footer } from './footer.ts';
import { handleKey, help } from './keys.ts';
import { LOG_COLUMNS, levelClass, logCells } from './logViews.ts';
import { REQUEST_COLUMNS, rowCells, rowClass } from './rowViews.ts';
import { splitter } from './splitter.ts';
import { banner, emptyState, failureView, notice } from './states.ts';
import { toolbar } from './toolbar.ts';
import type { RowView } from './virtualList.ts';
import './virtualList.ts';

/** How often a running request's time is drawn again. */
const TICK = 100;

const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);

export class App extends LitElement {
  declare panel: Panel;
  #ticking: ReturnType<typeof setTimeout> | undefined;
  readonly #rowView: RowView<Row> = {
    keyOf: rowKey,
    className: (row) => rowClass(this.panel, row),
    cells: (row) => rowCells(this.panel, row),
  };
  readonly #logView: RowView<LogEvent> = {
    keyOf: logKey,
    className: levelClass,
    cells: logCells,
  };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', (event) => handleKey(this.panel, event));
    window.addEventListener('resize', () => this.requestUpdate());
  }

  protected override async scheduleUpdate(): Promise<void> {
    await nextFrame();
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    this.panel.save();
    clearTimeout(this.#ticking);
    if (this.panel.store.inFlight().length > 0) {
      this.#ticking = setTimeout(() => this.requestUpdate(), TICK);
    }
  }

  #list<Item>(items: readonly Item[], view: RowView<Item>, header: TemplateResult, label: string) {
    const { list } = this.panel;
    return html`<prefork-list
      .items=${items}
      .view=${view}
      .header=${header}
      .label=${label}
      .cursor=${list.cursor}
      .position=${list.position}
      .tick=${performance.now()}
      .onScrolled=${this.#onScrolled}
      .onPicked=${this.#onPicked}
    ></prefork-list>`;
  }

  readonly #onScrolled = (position: Parameters<Panel['scrolled']>[0]): void =>
    this.panel.scrolled(position);

  readonly #onPicked = (key: number): void => this.panel.select(key, true);

  #content(): { shown: number; view: unknown } {
    const { panel } = this;
    const failure = failureView(panel);
    if (panel.state.view === 'logs') {
      const logs = panel.logs();
      if (logs.length === 0) return { shown: 0, view: emptyState(panel, panel.store.logs.length) };
      return { shown: logs.length, view: this.#list(logs, this.#logView, LOG_COLUMNS, 'Logs') };
    }
    if (failure !== nothing) return { shown: panel.rows().length, view: failure };
    const rows = panel.rows();
    const isEmpty = !rows.some((row) => row.kind === 'request');
    if (isEmpty && panel.store.requestCount + rows.length < 2) {
      return { shown: 0, view: emptyState(panel, panel.store.requestCount) };
    }
    const list = this.#list(rows, this.#rowView, REQUEST_COLUMNS, 'Requests');
    return { shown: rows.length, view: list };
  }

  protected override render(): TemplateResult {
    const { panel } = this;
    const { shown, view } = this.#content();
    const details = detailsView(panel);
    const share = details === nothing ? '' : `--details: ${panel.state.split * 100}%`;
    return html`${toolbar(panel)} ${banner(panel)} ${notice(panel)}
      <main class="main ${details === nothing ? '' : 'split'}" .style=${share}>
        <div class="content">${view}</div>
        ${details === nothing ? nothing : splitter(panel)} ${details}
      </main>
      ${footer(panel, shown)} ${help(panel)}`;
  }
}

customElements.define('prefork-app', App);
