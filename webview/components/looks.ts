/** How each list looks: its columns and rows. Made once for a panel. */

import type { LogEvent } from '../../server/stream/protocol.ts';
import { logKey } from '../model/lists.ts';
import { type RequestRow, type Row, rowKey } from '../model/rows.ts';
import type { ListName } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import { type Column, chosen } from './columns.ts';
import { logColumns } from './logColumns.ts';
import { levelClass } from './logViews.ts';
import { requestColumns } from './requestColumns.ts';
import { reloadCells, rowClass, rowDepends } from './rowViews.ts';
import type { RowView } from './virtualList.ts';

export interface Look<Item, Celled extends Item = Item> {
  label: string;
  view: RowView<Item, Celled>;
  /** All there are. */
  columns: Column<Celled>[];
}

export interface Looks {
  requests: Look<Row, RequestRow>;
  logs: Look<LogEvent>;
}

const createLooks = (panel: Panel): Looks => ({
  requests: {
    label: 'Requests',
    view: {
      keyOf: rowKey,
      className: (row) => rowClass(panel, row),
      hasCells: (row) => row.kind === 'request',
      across: (row) => reloadCells(panel, row as Exclude<Row, RequestRow>),
      depends: (row) => rowDepends(panel, row),
    },
    columns: requestColumns(panel),
  },
  logs: {
    label: 'Logs',
    view: {
      keyOf: logKey,
      className: levelClass,
      hasCells: (log): log is LogEvent => log !== undefined,
      depends: () => [],
    },
    columns: logColumns(panel),
  },
});

const looks = new WeakMap<Panel, Looks>();

export function looksOf(panel: Panel): Looks {
  const known = looks.get(panel) ?? createLooks(panel);
  looks.set(panel, known);
  return known;
}

/** The same array as long as the choice is the same. */
const shown = new WeakMap<Column<never>[], { by: string; columns: unknown }>();

export function shownColumns<Celled>(
  panel: Panel,
  list: ListName,
  columns: Column<Celled>[],
): Column<Celled>[] {
  const ids = panel.state.columns[list];
  const by = String(ids);
  const known = shown.get(columns as Column<never>[]);
  if (known?.by === by) return known.columns as Column<Celled>[];
  const made = chosen(columns, ids);
  shown.set(columns as Column<never>[], { by, columns: made });
  return made;
}
