/** What fills the page: a list, or what stands in for it. */

import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { ListName, ViewName } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { chartsView } from './charts/charts.ts';
import { openColumnMenu } from './columnMenu.ts';
import { type Look, looksOf, shownColumns } from './looks.ts';
import { routesView } from './routes.ts';
import { openRowMenu } from './rowMenu.ts';
import { emptyState, failureView } from './states.ts';
import './virtualList.ts';

export interface Content {
  /** How many rows the filter leaves. */
  shown: number;
  view: unknown;
}

function list<Item, Celled extends Item>(
  panel: Panel,
  name: ListName,
  items: readonly Item[],
  look: Look<Item, Celled>,
): unknown {
  const { cursor, position } = panel.lists.current;
  const element = html`<prefork-list
    .items=${items}
    .view=${look.view}
    .columns=${shownColumns(panel, name, look.columns)}
    .label=${look.label}
    .cursor=${cursor}
    .position=${position}
    .onScrolled=${panel.scrolled.bind(panel)}
    .onPicked=${(key: number) => panel.select(key, true)}
    .onHeaderMenu=${(event: MouseEvent) => openColumnMenu(panel, event)}
    @contextmenu=${(event: MouseEvent) => openRowMenu(panel, event)}
  ></prefork-list>`;
  // Each list has an element of its own, which remembers what has been seen of it.
  return keyed(look.label, element);
}

function logsContent(panel: Panel): Content {
  const logs = panel.lists.logs();
  if (logs.length === 0) return { shown: 0, view: emptyState(panel, panel.store.logs.length) };
  return { shown: logs.length, view: list(panel, 'logs', logs, looksOf(panel).logs) };
}

function requestsContent(panel: Panel): Content {
  const rows = panel.lists.rows();
  const shown = rows.filter((row) => row.kind === 'request').length;
  const failure = failureView(panel);
  if (failure !== nothing) return { shown, view: failure };
  const { requestCount } = panel.store;
  // The start of the server by itself is nothing to look at.
  const isEmpty = rows.length === 0 || (requestCount === 0 && rows.length === 1);
  if (isEmpty) return { shown, view: emptyState(panel, requestCount) };
  return { shown, view: list(panel, 'requests', rows, looksOf(panel).requests) };
}

function chartsContent(panel: Panel): Content {
  const view = chartsView(panel);
  return { shown: 0, view: view === nothing ? emptyState(panel, 0) : view };
}

function routesContent(panel: Panel): Content {
  const view = routesView(panel);
  return { shown: 0, view: view === nothing ? emptyState(panel, 0) : view };
}

const CONTENTS: Record<ViewName, (panel: Panel) => Content> = {
  requests: requestsContent,
  logs: logsContent,
  charts: chartsContent,
  routes: routesContent,
};

export const contentOf = (panel: Panel): Content => CONTENTS[panel.state.view](panel);
