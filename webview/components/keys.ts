/** The keys: one table, from which both the handler and the help are made. */

import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
import { FLAME_KEYS } from './details/flame/flameKeys.ts';
import { nthTab, tabBeside } from './details/tabs.ts';
import { TIMELINE_KEYS } from './details/timelineKeys.ts';
import { openedRequest, openSource } from './details.ts';
import { iconButton } from './parts.ts';
import { ROW_HEIGHT } from './virtualList.ts';

interface Key {
  keys: string[];
  means: string;
  action: (panel: Panel, key: string) => void;
  /** Only while the focus is there. */
  where?: 'details';
  /** Instead of the keys, in the help. */
  shown?: string;
}

const focus = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus();

/** Rows that fit into the list. */
const page = (): number =>
  Math.floor((document.querySelector('.scroller')?.clientHeight ?? 0) / ROW_HEIGHT);

function goBack(panel: Panel): void {
  if (panel.helpShown) panel.toggleHelp();
  else if (panel.comparing.marked) panel.comparing.drop();
  else if (panel.state.opened) panel.close();
  focus('.grid');
}

/** As a click on its button: the menu stands there. */
const openColumns = (): void =>
  document.querySelector<HTMLElement>('[aria-label="Columns (C)"]')?.click();

const openExports = (): void =>
  document.querySelector<HTMLElement>('[aria-label="Export and Import (x)"]')?.click();

function stepTab(panel: Panel, by: number): void {
  const opened = openedRequest(panel);
  if (opened) panel.pane.showTab(tabBeside(opened, by));
}

function showTab(panel: Panel, key: string): void {
  const opened = openedRequest(panel);
  if (opened) panel.pane.showTab(nthTab(opened, Number(key)));
}

const KEYS: Key[] = [
  { keys: ['ArrowDown', 'j'], means: 'next row', action: (panel) => panel.moving.by(1) },
  { keys: ['ArrowUp', 'k'], means: 'previous row', action: (panel) => panel.moving.by(-1) },
  { keys: ['PageDown'], means: 'a page down', action: (panel) => panel.moving.by(page()) },
  { keys: ['PageUp'], means: 'a page up', action: (panel) => panel.moving.by(-page()) },
  { keys: ['Home'], means: 'the oldest', action: (panel) => panel.moving.by(-Infinity) },
  { keys: ['End'], means: 'the newest', action: (panel) => panel.moving.by(Infinity) },
  { keys: ['Enter'], means: 'open', action: (panel) => panel.moving.open() },
  { keys: ['Escape'], means: 'back', action: goBack },
  { keys: ['/'], means: 'filter', action: () => focus('.filter input') },
  { keys: ['f'], means: 'freeze the view, or go on', action: (panel) => panel.toggleFreeze() },
  { keys: ['l'], means: 'follow the newest', action: (panel) => panel.toggleFollow() },
  { keys: ['e'], means: 'next error', action: (panel) => panel.moving.toNextError() },
  { keys: ['n'], means: 'next N+1', action: (panel) => panel.moving.toNextFinding() },
  { keys: ['g'], means: 'next reload', action: (panel) => panel.moving.toNextReload() },
  { keys: ['C'], means: 'columns', action: openColumns },
  { keys: ['x'], means: 'export, import', action: openExports },
  { keys: ['c'], means: 'copy as curl', action: (panel) => panel.handOver.copyAs('curl', 'curl') },
  { keys: ['r'], means: 'replay', action: (panel) => panel.replaying.replay() },
  { keys: ['E'], means: 'edit and replay', action: (panel) => panel.replaying.edit() },
  {
    keys: ['R'],
    means: 'replay under the debugger',
    action: (panel) => panel.replaying.replay(undefined, true),
  },
  {
    keys: ['d'],
    means: 'mark as A; compare with A',
    action: (panel) => panel.comparing.markOrCompare(),
  },
  { keys: ['o'], means: 'open the view’s source', action: openSource },
  { keys: ['ArrowRight'], means: 'next tab of the details', action: (panel) => stepTab(panel, 1) },
  { keys: ['ArrowLeft'], means: 'previous tab', action: (panel) => stepTab(panel, -1) },
  {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    shown: '1–9',
    means: 'this tab (in the details)',
    action: showTab,
    where: 'details',
  },
  { keys: ['1'], means: 'requests', action: (panel) => panel.show('requests') },
  { keys: ['2'], means: 'logs', action: (panel) => panel.show('logs') },
  { keys: ['3'], means: 'charts', action: (panel) => panel.show('charts') },
  { keys: ['4'], means: 'routes', action: (panel) => panel.show('routes') },
  { keys: ['?'], means: 'these keys', action: (panel) => panel.toggleHelp() },
];

const SCROLLS = /^(Arrow|Page|Home|End)/;

/** In the filter box only these leave it; in the details they scroll; Enter is a button's. */
function isOurs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target as HTMLElement;
  if (target.matches('input')) return event.key === 'Escape' || event.key === 'ArrowDown';
  if (target.matches('.details [role="tab"]')) return !/^(Enter| )$/.test(event.key);
  if (target.closest('.details, [role="separator"]')) {
    return !SCROLLS.test(event.key) && event.key !== 'Enter';
  }
  return !(event.key === 'Enter' && target.matches('button, summary'));
}

/** A key of the place that has the focus comes before the same one of the page. */
function keyFor({ key, target }: KeyboardEvent): Key | undefined {
  const inDetails = (target as HTMLElement).closest('.details') !== null;
  const found = KEYS.filter(({ keys }) => keys.includes(key));
  return found.find(({ where }) => where && inDetails) ?? found.find(({ where }) => !where);
}

export function handleKey(panel: Panel, event: KeyboardEvent): void {
  const key = keyFor(event);
  if (!key || !isOurs(event)) return;
  event.preventDefault();
  key.action(panel, event.key);
  focusAfter(event);
}

const whenDrawn = (action: () => void): void => {
  const app = document.querySelector('prefork-app') as LitElement;
  void app.updateComplete.then(action);
};

/** The list has the focus after a key that moves in it; a tab that was left gives it to the next. */
function focusAfter({ key, target }: KeyboardEvent): void {
  const isTab = (target as HTMLElement).matches('.details [role="tab"]');
  const isSideways = key === 'ArrowLeft' || key === 'ArrowRight';
  if (isTab && isSideways) whenDrawn(() => focus('.details [aria-selected="true"]'));
  else if (SCROLLS.test(key) && !isTab) focus('.grid');
}

const NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Escape: 'Esc',
};

/** Those of what is open in the details. */
function keysOfTab({ state }: Panel): Pick<Key, 'keys' | 'means'>[] {
  if (!state.opened) return [];
  if (state.tab === 'profile') return FLAME_KEYS;
  return state.tab === 'timeline' ? TIMELINE_KEYS : [];
}

export function help(panel: Panel): TemplateResult | typeof nothing {
  if (!panel.helpShown) return nothing;
  const lines = [...KEYS, ...keysOfTab(panel)].map(
    ({ keys, means, shown }: Pick<Key, 'keys' | 'means' | 'shown'>) => html`<div>
        <dt>${(shown ? [shown] : keys).map((key) => html`<kbd>${NAMES[key] ?? key}</kbd>`)}</dt>
        <dd>${means}</dd>
      </div>`,
  );
  return html`<aside class="help" role="dialog" aria-label="Keys">
    <header>
      <h2>Keys</h2>
      ${iconButton({ icon: 'close', title: 'Close', action: () => panel.toggleHelp() })}
    </header>
    <dl>${lines}</dl>
  </aside>`;
}
