/** Which columns a list has: its menu. */

import { listOf } from '../model/viewState.ts';
import type { Panel } from '../panel.ts';
import type { Column } from './columns.ts';
import { looksOf, shownColumns } from './looks.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { iconButton } from './parts.ts';

type AnyColumn = Pick<Column<never>, 'id' | 'name' | 'title' | 'drop'>;

function itemsFor(panel: Panel): MenuItem[] {
  const view = listOf(panel.state.view);
  const looks = looksOf(panel);
  const all: AnyColumn[] = looks[view].columns;
  const shown: AnyColumn[] =
    view === 'requests'
      ? shownColumns(panel, view, looks.requests.columns)
      : shownColumns(panel, view, looks.logs.columns);
  const ids = new Set(shown.map(({ id }) => id));
  const options = all
    .filter(({ drop }) => drop > 0)
    .map(({ id, name, title }) => ({
      text: name || title,
      checked: ids.has(id),
      action: () => panel.chooseColumns(toggled(all, ids, id)),
    }));
  return [
    ...options,
    { text: 'As at First', begins: true, action: () => panel.chooseColumns(null) },
  ];
}

function toggled(all: AnyColumn[], shown: ReadonlySet<string>, id: string): string[] {
  return all
    .map((column) => column.id)
    .filter((known) => (known === id ? !shown.has(id) : shown.has(known)));
}

export const openColumnMenu = (panel: Panel, event: MouseEvent): void =>
  openMenuAt(panel, event, { label: 'Columns', items: () => itemsFor(panel), stays: true });

export const columnButton = (panel: Panel) =>
  iconButton({
    icon: 'list-selection',
    title: 'Columns (C)',
    action: (event) => openColumnMenu(panel, event),
  });
