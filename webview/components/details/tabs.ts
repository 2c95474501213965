/** The tabs of a request's details: those that have something, with how much. */

import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import type { SpanKind } from '../../../server/stream/trace.ts';
import { count } from '../../format.ts';
import type { TabName } from '../../model/viewState.ts';
import { cacheView, outgoingView, templatesView } from './calls.ts';
import { compareView, hasOther } from './compare.ts';
import { exchangeView, hasExchange } from './exchange.ts';
import type { Opened } from './opened.ts';
import './flame/flameGraph.ts';
import { hasProfile } from './profiled.ts';
import { sqlView } from './statements.ts';
import { summaryView } from './summary.ts';
import './timeline.ts';
import { exceptionsView, logsView } from './told.ts';

interface Tab {
  name: TabName;
  label: string;
  /** Beside the label; 0 hides the tab, null is no figure. */
  badge: (opened: Opened) => number | null;
  view: (opened: Opened) => unknown;
}

/** Until the trace is there its totals say what it will have; without one there is nothing to show. */
const spans =
  (kind: SpanKind) =>
  ({ row, details }: Opened): number =>
    details.trace || details.missing === 'asked' ? (row.ended?.totals[kind]?.count ?? 0) : 0;

const hasSpans = ({ row, details }: Opened): 0 | null => {
  const { trace, missing } = details;
  const isExpected = missing === 'asked' && Object.keys(row.ended?.totals ?? {}).length > 0;
  return isExpected || (trace && trace.spans.length > 0) ? null : 0;
};

/** Expected until it is known, or the tabs after it would move while a person reaches for them. */
const exchange = ({ row, details }: Opened): 0 | null => {
  const isExpected = details.missing === 'asked' && row.ended?.detail === 'full';
  return isExpected || hasExchange(details.trace) ? null : 0;
};

const timelineView = (opened: Opened): TemplateResult =>
  html`<prefork-timeline .opened=${opened}></prefork-timeline>`;

const profileView = (opened: Opened): TemplateResult =>
  html`<prefork-flame .opened=${opened} .order=${opened.panel.state.profile}></prefork-flame>`;

const TABS: readonly Tab[] = [
  { name: 'summary', label: 'Summary', badge: () => null, view: summaryView },
  {
    name: 'timeline',
    label: 'Timeline',
    badge: hasSpans,
    view: timelineView,
  },
  { name: 'sql', label: 'SQL', badge: spans('sql'), view: sqlView },
  { name: 'templates', label: 'Templates', badge: spans('template'), view: templatesView },
  { name: 'cache', label: 'Cache', badge: spans('cache'), view: cacheView },
  { name: 'http', label: 'HTTP', badge: spans('http'), view: outgoingView },
  { name: 'logs', label: 'Logs', badge: ({ row }) => row.logs, view: logsView },
  {
    name: 'exception',
    label: 'Exception',
    badge: ({ row }) => row.exceptions,
    view: exceptionsView,
  },
  {
    name: 'request',
    label: 'Request',
    badge: exchange,
    view: exchangeView,
  },
  {
    name: 'profile',
    label: 'Profile',
    badge: (opened) => (hasProfile(opened) ? null : 0),
    view: profileView,
  },
  {
    name: 'compare',
    label: 'Compare',
    badge: (opened) => (hasOther(opened) ? null : 0),
    view: compareView,
  },
];

const tabsOf = (opened: Opened): Tab[] => TABS.filter(({ badge }) => badge(opened) !== 0);

/** The one that was chosen last, where this request has it. */
function chosen({ panel }: Opened, tabs: readonly Tab[]): Tab {
  const found = tabs.find(({ name }) => name === panel.state.tab) ?? tabs[0];
  return found as Tab;
}

/** From 1, in the order in which they are shown; undefined for one that this request has not. */
export const nthTab = (opened: Opened, number: number): TabName | undefined =>
  tabsOf(opened)[number - 1]?.name;

/** The one so many further, round and round. */
export function tabBeside(opened: Opened, by: number): TabName | undefined {
  const tabs = tabsOf(opened);
  return tabs.at((tabs.indexOf(chosen(opened, tabs)) + by) % tabs.length)?.name;
}

/** The tabs may be wider than the pane. */
const reveal = (tab?: Element): void =>
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

function tabButton(opened: Opened, tab: Tab, isChosen: boolean, number: number): TemplateResult {
  const badge = tab.badge(opened);
  const worse = tab.name === 'exception' ? 'bad' : '';
  return html`<button
    role="tab"
    class="tab"
    id="tab-${tab.name}"
    aria-controls="tab-panel"
    aria-selected=${isChosen}
    tabindex=${isChosen ? 0 : -1}
    title="${tab.label} (← →, or ${number} in the details)"
    @click=${() => opened.panel.pane.showTab(tab.name)}
    ${isChosen ? ref(reveal) : nothing}
  >
    ${tab.label} ${badge ? html`<span class="count ${worse}">${count(badge)}</span>` : nothing}
  </button>`;
}

/** Drawn again only when something it shows may have changed: it may have thousands of lines. */
function content(opened: Opened, tab: Tab): unknown {
  const { panel, row, details } = opened;
  if (row.ended === null) return tab.view(opened);
  const { trace, missing, logs, exceptions } = details;
  const seen = [row, row.ended, row.logs, trace, missing, logs.length, exceptions.length];
  const shown = [
    tab.name,
    panel.state.order,
    panel.state.profile,
    panel.pane.toggles.version,
    panel.details.explains.version,
    panel.comparing.version,
    panel.details.services.version,
    panel.comparing.before(row),
  ];
  return guard([...seen, ...shown, panel.logLines.unfolded, panel.store.server], () =>
    tab.view(opened),
  );
}

export function tabsView(opened: Opened): TemplateResult {
  const tabs = tabsOf(opened);
  const tab = chosen(opened, tabs);
  const buttons = tabs.map((one, index) => tabButton(opened, one, one === tab, index + 1));
  return html`<div class="details-tabs" role="tablist" aria-label="Details">${buttons}</div>
    <div
      class="details-content ${tab.name}"
      id="tab-panel"
      role="tabpanel"
      aria-labelledby="tab-${tab.name}"
      tabindex="0"
    >
      ${content(opened, tab)}
    </div>`;
}
