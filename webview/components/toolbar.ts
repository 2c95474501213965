/** The top of the page: which list, its filter, what can be done, and the workers. */

import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../format.ts';
import type { ViewName } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { columnButton } from './columnMenu.ts';
import { exportButton } from './exportMenu.ts';
import { filterBox } from './filterBox.ts';
import { iconButton } from './parts.ts';
import { workerStrip } from './workerStrip.ts';

function tab(panel: Panel, view: ViewName, name: string, items?: number): TemplateResult {
  return html`<button
    role="tab"
    class="tab"
    aria-selected=${panel.state.view === view}
    @click=${() => panel.show(view)}
  >
    ${name} ${items === undefined ? nothing : html`<span class="count">${count(items)}</span>`}
  </button>`;
}

const tabs = (panel: Panel): TemplateResult => html`<div class="tabs" role="tablist">
  ${tab(panel, 'requests', 'Requests', panel.store.requestCount)}
  ${tab(panel, 'logs', 'Logs', panel.store.logs.length)} ${tab(panel, 'charts', 'Charts')}
  ${tab(panel, 'routes', 'Routes')}
</div>`;

function actions(panel: Panel): TemplateResult {
  const isFrozen = panel.lists.isFrozen;
  const { follow } = panel.lists.current.position;
  return html`<div class="actions" role="toolbar" aria-label="Actions">
    ${iconButton({
      icon: isFrozen ? 'debug-continue' : 'debug-pause',
      title: isFrozen ? 'Go On Live (f)' : 'Freeze the View; Capture Goes On (f)',
      pressed: isFrozen,
      action: () => panel.toggleFreeze(),
    })}
    ${iconButton({
      icon: 'arrow-down',
      title: 'Follow the Newest (l)',
      pressed: follow,
      action: () => panel.toggleFollow(),
    })}
    ${iconButton({ icon: 'clear-all', title: 'Clear', action: () => void panel.clear() })}
    ${columnButton(panel)} ${exportButton(panel)}
    ${iconButton({
      icon: 'refresh',
      title: 'Reload Workers',
      action: () => void panel.reload(),
    })}
    ${iconButton({ icon: 'question', title: 'Keys (?)', action: () => panel.toggleHelp() })}
  </div>`;
}

export const toolbar = (panel: Panel): TemplateResult => html`<header class="toolbar">
  ${tabs(panel)} ${filterBox(panel)} ${actions(panel)} ${workerStrip(panel)}
</header>`;
