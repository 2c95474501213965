/** The menu of a request's row: by the right button, or the key for it. */

import type { RequestRow, Row } from '../model/rows.ts';
import { findByKey } from '../model/sorted.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import { handOverItems } from './exportMenu.ts';
import { type MenuItem, openMenuFor } from './menu.ts';

/** What compares it: with the code before, and with any other. */
function comparingItems(panel: Panel, row: RequestRow): MenuItem[] {
  const { comparing } = panel;
  const { marked } = comparing;
  const byHand = (text: string): MenuItem => ({
    text,
    key: 'd',
    action: () => comparing.markOrCompare(row),
  });
  const before: MenuItem[] = row.ended?.before
    ? [{ text: 'Compare with the Code Before', action: () => comparing.compareWithBefore(row) }]
    : [];
  if (!marked) return [...before, byHand('Mark as A to Compare')];
  return [...before, byHand(comparing.isMarked(row) ? 'Drop A' : 'Compare with A')];
}

function replayItems(panel: Panel, row: RequestRow): MenuItem[] {
  const { replaying } = panel;
  const debug = {
    text: 'Replay under the Debugger',
    key: 'R',
    action: () => replaying.replay(row, true),
  };
  return [
    { text: 'Replay', key: 'r', begins: true, action: () => replaying.replay(row) },
    { text: 'Edit and Replay…', key: 'E', action: () => replaying.edit(row) },
    ...(panel.host === 'editor' ? [debug] : []),
  ];
}

const itemsFor = (panel: Panel, row: RequestRow): MenuItem[] => [
  { text: 'Open', action: () => panel.select(row.key, true) },
  ...comparingItems(panel, row),
  ...(row.ended ? [...replayItems(panel, row), ...handOverItems(panel, row)] : []),
];

/** The one that was clicked; by the key, the one under the cursor. */
function rowOf(panel: Panel, target: Element): Row | undefined {
  const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'];
  if (key === undefined) return panel.lists.cursorRow;
  return findByKey(panel.lists.rows(), Number(key), (row) => row.key);
}

export function openRowMenu(panel: Panel, event: MouseEvent): void {
  const target = event.target as Element;
  if (panel.state.view !== 'requests' || target.closest('.columns')) return;
  const row = rowOf(panel, target);
  if (row?.kind !== 'request') return;
  const { head } = row;
  const label = beginning(`${head['http.request.method']} ${head['url.path']}`);
  openMenuFor(panel, event, document.getElementById(`row-${row.key}`), {
    label,
    items: () => itemsFor(panel, row),
  });
}
