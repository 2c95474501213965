/** What the person has set up on the page: kept by the host while the page is hidden. */

import type { RouteOrder } from './routeOrder.ts';
import type { Order } from './trace/statements.ts';

export type ListName = 'requests' | 'logs';
export type ViewName = ListName | 'charts' | 'routes';

/** The list that a view is about. */
export const listOf = (view: ViewName): ListName => (view === 'logs' ? 'logs' : 'requests');

/** Figures over many requests, which have no rows to filter or open. */
export const isWithoutList = (view: ViewName): boolean => view === 'charts' || view === 'routes';

/** The tabs of a request's details. */
export type TabName =
  | 'summary'
  | 'timeline'
  | 'sql'
  | 'templates'
  | 'cache'
  | 'http'
  | 'logs'
  | 'exception'
  | 'request'
  | 'profile'
  | 'compare';

/** How a profile is laid out: `time` as it happened, `heavy` the heaviest on the left, `files` as a table. */
export type ProfileOrder = 'time' | 'heavy' | 'files';

/** Where a list is scrolled to: at its end for ever, or at a row. */
export interface ListPosition {
  follow: boolean;
  /** Key of the first visible row. */
  top: number;
  /** Pixels of that row above the edge. */
  offset: number;
}

export interface ListState {
  filter: string;
  /** Key of the row that the keys move from. */
  cursor: number | null;
  position: ListPosition;
}

export interface ViewState {
  view: ViewName;
  /** Whether the row under the cursor is open. */
  opened: boolean;
  /** The tab chosen last; a request that lacks it shows its summary. */
  tab: TabName;
  /** Of the statements in the SQL tab. */
  order: Order;
  profile: ProfileOrder;
  routeOrder: RouteOrder;
  /** The details' share of the page, 0.15 … 0.85. */
  split: number;
  lists: Record<ListName, ListState>;
  /** By id, those that a person chose; null while nobody has. */
  columns: Record<ListName, string[] | null>;
  /** How far back the charts go, in seconds. */
  span: number;
}

export const AT_END: ListPosition = { follow: true, top: 0, offset: 0 };

const list = (): ListState => ({ filter: '', cursor: null, position: AT_END });

function initialState(): ViewState {
  return {
    view: 'requests',
    opened: false,
    tab: 'summary',
    order: 'total',
    profile: 'time',
    routeOrder: 'count',
    split: 0.5,
    lists: { requests: list(), logs: list() },
    columns: { requests: null, logs: null },
    span: 300,
  };
}

function isViewState(value: unknown): value is ViewState {
  const state = value as Partial<ViewState> | null | undefined;
  return typeof state?.split === 'number' && typeof state.lists?.logs?.filter === 'string';
}

/** What an older version kept, or nothing, is not worth a crash: then all is as at first. */
export const restoreState = (kept: unknown): ViewState =>
  isViewState(kept) ? { ...initialState(), ...kept } : initialState();
