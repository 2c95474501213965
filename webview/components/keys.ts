/** The keys: one table, from which both the handler and the help are made. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
import { iconButton } from './parts.ts';
import { ROW_HEIGHT } from './virtualList.ts';

interface Key {
  keys: string[];
  means: string;
  action: (panel: Panel) => void;
}

const focus = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus();

/** Rows that fit into the list. */
const page = (): number =>
  Math.floor((document.querySelector('.scroller')?.clientHeight ?? 0) / ROW_HEIGHT);

function goBack(panel: Panel): void {
  if (panel.helpShown) panel.toggleHelp();
  else if (panel.state.opened) panel.close();
  focus('.grid');
}

const KEYS: Key[] = [
  { keys: ['ArrowDown', 'j'], means: 'next row', action: (panel) => panel.move(1) },
  { keys: ['ArrowUp', 'k'], means: 'previous row', action: (panel) => panel.move(-1) },
  { keys: ['PageDown'], means: 'a page down', action: (panel) => panel.move(page()) },
  { keys: ['PageUp'], means: 'a page up', action: (panel) => panel.move(-page()) },
  { keys: ['Home'], means: 'the oldest', action: (panel) => panel.move(-Infinity) },
  { keys: ['End'], means: 'the newest', action: (panel) => panel.move(Infinity) },
  { keys: ['Enter'], means: 'open', action: (panel) => panel.open() },
  { keys: ['Escape'], means: 'back', action: goBack },
  { keys: ['/'], means: 'filter', action: () => focus('.filter input') },
  { keys: ['f'], means: 'freeze the view, or go on', action: (panel) => panel.toggleFreeze() },
  { keys: ['l'], means: 'follow the newest', action: (panel) => panel.toggleFollow() },
  { keys: ['e'], means: 'next error', action: (panel) => panel.nextError() },
  { keys: ['1'], means: 'requests', action: (panel) => panel.show('requests') },
  { keys: ['2'], means: 'logs', action: (panel) => panel.show('logs') },
  { keys: ['3'], means: 'charts', action: (panel) => panel.show('charts') },
  { keys: ['?'], means: 'these keys', action: (panel) => panel.toggleHelp() },
];

const SCROLLS = /^(Arrow|Page|Home|End)/;

/** In the filter box only these leave it; in the details they scroll; Enter is a button's. */
function isOurs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target as HTMLElement;
  if (target.matches('input')) return event.key === 'Escape' || event.key === 'ArrowDown';
  if (target.closest('.details, [role="separator"]')) return !SCROLLS.test(event.key);
  return !(event.key === 'Enter' && target.matches('button, summary'));
}

export function handleKey(panel: Panel, event: KeyboardEvent): void {
  const key = KEYS.find(({ keys }) => keys.includes(event.key));
  if (!key || !isOurs(event)) return;
  event.preventDefault();
  key.action(panel);
  if (SCROLLS.test(event.key)) focus('.grid');
}

const NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Escape: 'Esc',
};

export function help(panel: Panel): TemplateResult | typeof nothing {
  if (!panel.helpShown) return nothing;
  const lines = KEYS.map(
    ({ keys, means }) => html`<dt>${keys.map((key) => html`<kbd>${NAMES[key] ?? key}</kbd>`)}</dt>
      <dd>${means}</dd>`,
  );
  return html`<aside class="help" role="dialog" aria-label="Keys">
    <header>
      <h2>Keys</h2>
      ${iconButton({ icon: 'close', title: 'Close', action: () => panel.toggleHelp() })}
    </header>
    <dl>${lines}</dl>
  </aside>`;
}
