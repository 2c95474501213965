/** The columns of a list: a person chooses among them, and a narrow list leaves some out. */

import { html, nothing, type TemplateResult } from 'lit';
import { beginning } from '../visible.ts';

export interface Column<Item> {
  id: string;
  /** As the header has it; may be empty where `title` says what it is. */
  name: string;
  title: string;
  /** In pixels; the one that is `rest` takes what the others leave. */
  width: number | 'rest';
  className?: string;
  /** Which go first where the list is narrow: the greater, the sooner; 0 stays. */
  drop: number;
  /** Not shown until it is chosen. */
  hidden?: boolean;
  cell(item: Item): unknown;
}

const GAP = 8;
const PADDING = 30;
/** What the column that is `rest` has at least. */
const LEAST_REST = 150;

const widthOf = <Item>({ width }: Column<Item>): number =>
  (width === 'rest' ? LEAST_REST : width) + GAP;

/** Those that find room in so many pixels. */
export function fitting<Item>(columns: readonly Column<Item>[], room: number): Column<Item>[] {
  const kept = [...columns];
  let needed = columns.reduce((sum, column) => sum + widthOf(column), PADDING);
  for (const column of columns.toSorted((a, b) => b.drop - a.drop)) {
    if (needed <= room || column.drop === 0) break;
    kept.splice(kept.indexOf(column), 1);
    needed -= widthOf(column);
  }
  return kept;
}

/** For `grid-template-columns`. */
export const tracks = <Item>(columns: readonly Column<Item>[]): string =>
  columns.map(({ width }) => (width === 'rest' ? 'minmax(0, 1fr)' : `${width}px`)).join(' ');

/** By their ids; those that are not hidden when nothing was chosen. */
export function chosen<Item>(
  columns: readonly Column<Item>[],
  ids: readonly string[] | null,
): Column<Item>[] {
  return columns.filter(({ id, hidden, drop }) =>
    ids === null ? !hidden : drop === 0 || ids.includes(id),
  );
}

export const headerOf = <Item>(columns: readonly Column<Item>[]): TemplateResult => html`<div
  class="columns"
  role="row"
>
  ${columns.map(
    ({ id, name, title, className = '' }) => html`<span
      role="columnheader"
      class="c-${id} ${className}"
      title=${title}
      aria-label=${name ? nothing : title}
    >${name}</span>`,
  )}
</div>`;

const shown = (content: unknown): unknown =>
  typeof content === 'string' ? beginning(content) : content;

export const cellsOf = <Item>(columns: readonly Column<Item>[], item: Item): TemplateResult[] =>
  columns.map(
    ({ id, className = '', cell }) =>
      html`<span role="gridcell" class="c-${id} ${className}">${shown(cell(item))}</span>`,
  );
