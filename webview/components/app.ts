/** The page: composes its parts, and draws them at most once a frame. */

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { isWithoutList } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { contentOf } from './content.ts';
import { detailsView } from './details.ts';
import { takeDropped } from './exportMenu.ts';
import { footer } from './footer.ts';
import { handleKey, help } from './keys.ts';
import { menuView } from './menu.ts';
import { createPacer } from './pacer.ts';
import { replayDialog } from './replayDialog.ts';
import { createSaver } from './saver.ts';
import { splitter } from './splitter.ts';
import { banner, notice } from './states.ts';
import { toolbar } from './toolbar.ts';

/** How often a running request's time is drawn again, in ms. */
const TICK = 100;
/** And how often figures over time go on. */
const CHART_TICK = 1000;

const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);

export class App extends LitElement {
  declare panel: Panel;
  #ticking: ReturnType<typeof setTimeout> | undefined;
  readonly #pacer = createPacer(() => this.requestUpdate());
  readonly #saver = createSaver(() => this.panel.save());

  /** No shadow root: one style sheet and one focus for the whole page. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', (event) => handleKey(this.panel, event));
    takeDropped(document.documentElement, (file) => void this.panel.handOver.take(file));
    window.addEventListener('resize', () => this.requestUpdate());
    window.addEventListener('pagehide', () => this.#saver.flush());
    this.addEventListener('scroll', () => this.#whenScrolled(), { capture: true, passive: true });
  }

  /** Draws what the server told, when there is time for it. */
  news(): void {
    this.#pacer.news();
  }

  protected override async scheduleUpdate(): Promise<void> {
    await nextFrame();
    this.#pacer.drawing();
    await super.scheduleUpdate();
  }

  protected override updated(): void {
    this.#saver.save();
    this.#focusMenu();
    this.querySelector<HTMLDialogElement>('dialog:not([open])')?.showModal();
    document.title = [this.panel.store.server?.app, 'Prefork'].filter(Boolean).join(' · ');
    clearTimeout(this.#ticking);
    const tick = this.panel.store.inFlight().length > 0 ? TICK : CHART_TICK;
    if (tick === TICK || isWithoutList(this.panel.state.view)) {
      this.#ticking = setTimeout(() => this.requestUpdate(), tick);
    }
  }

  /** A list that follows the newest scrolls by itself. */
  #whenScrolled(): void {
    if (!this.panel.lists.current.position.follow) this.#pacer.scrolled();
    this.#saver.save();
  }

  #focusMenu(): void {
    const menu = this.querySelector('.menu');
    if (menu && !menu.contains(document.activeElement)) menu.querySelector('button')?.focus();
  }

  protected override render(): TemplateResult {
    const { panel } = this;
    const { shown, view } = contentOf(panel);
    const details = detailsView(panel);
    const isOpen = details !== nothing;
    return html`${toolbar(panel)} ${banner(panel)} ${notice(panel)}
      <main
        class="main ${isOpen ? 'split' : ''}"
        .style=${`--details: ${panel.state.split * 100}%`}
      >
        <div class="content">${view}</div>
        ${isOpen ? splitter(panel) : nothing} ${details}
      </main>
      ${footer(panel, shown)} ${help(panel)} ${menuView(panel)}
      ${replayDialog(panel)}`;
  }
}

customElements.define('prefork-app', App);
