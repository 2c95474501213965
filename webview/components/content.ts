/** What fills the page: a list, or what stands in for it. */

import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { logKey } from '../model/lists.ts';
import { type Row, rowKey } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { LOG_COLUMNS, levelClass, logCells } from './logViews.ts';
import { REQUEST_COLUMNS, rowCells, rowClass } from './rowViews.ts';
import { emptyState, failureView } from './states.ts';
import type { RowView } from './virtualList.ts';
import './virtualList.ts';

export interface Content {
  /** How many rows the filter leaves. */
  shown: number;
  view: unknown;
}

const ROW_VIEW = (panel: Panel): RowView<Row> => ({
  keyOf: rowKey,
  className: (row) => rowClass(panel, row),
  cells: (row) => rowCells(panel, row),
});

const LOG_VIEW: RowView<LogEvent> = { keyOf: logKey, className: levelClass, cells: logCells };

interface ListLook<Item> {
  view: RowView<Item>;
  header: TemplateResult;
  label: string;
}

function list<Item>(panel: Panel, items: readonly Item[], look: ListLook<Item>): unknown {
  const { cursor, position } = panel.lists.current;
  const element = html`<prefork-list
    .items=${items}
    .view=${look.view}
    .header=${look.header}
    .label=${look.label}
    .cursor=${cursor}
    .position=${position}
    .onScrolled=${panel.scrolled.bind(panel)}
    .onPicked=${(key: number) => panel.select(key, true)}
  ></prefork-list>`;
  // Each list has an element of its own, which remembers what has been seen of it.
  return keyed(look.label, element);
}

function logsContent(panel: Panel): Content {
  const logs = panel.lists.logs();
  if (logs.length === 0) return { shown: 0, view: emptyState(panel, panel.store.logs.length) };
  const look = { view: LOG_VIEW, header: LOG_COLUMNS, label: 'Logs' };
  return { shown: logs.length, view: list(panel, logs, look) };
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
  const look = { view: ROW_VIEW(panel), header: REQUEST_COLUMNS, label: 'Requests' };
  return { shown, view: list(panel, rows, look) };
}

export const contentOf = (panel: Panel): Content =>
  panel.state.view === 'logs' ? logsContent(panel) : requestsContent(panel);
