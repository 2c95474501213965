/** Log lines: as rows of the logs view, in the details of a request, and one by itself. */

import { html, nothing, type TemplateResult } from 'lit';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { runsOf } from '../ansi.ts';
import { count, exactTime } from '../format.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import { exceptionView } from './exception.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { fact, fileLink, iconButton } from './parts.ts';

const LEVELS: Record<LogEvent['severity_number'], string> = {
  5: 'DEBUG',
  9: 'INFO',
  13: 'WARNING',
  17: 'ERROR',
  21: 'CRITICAL',
};

/** A line from `print` has no level of its own: where it came from says more. */
export const levelName = (log: LogEvent): string =>
  log.source === 'stdout' || log.source === 'stderr' ? log.source : LEVELS[log.severity_number];

export const levelClass = (log: LogEvent): string => `level-${log.severity_number}`;

export const who = (log: LogEvent): string =>
  log.worker === undefined ? 'server' : `${log.worker}·${log.generation}`;

export function place(panel: Panel, log: LogEvent) {
  const file = log['code.file.path'];
  return file ? fileLink(panel, file, log['code.line.number'] ?? 1) : nothing;
}

const cutNote = ({ cut }: LogEvent) =>
  cut ? html`<i class="warn">… ${count(cut)} characters left out</i>` : nothing;

/** Characters of a line that are shown until a person wants all. */
const FOLDED = 4000;
/** And in a row of the list, where there is room for a few hundred. */
const IN_A_ROW = 500;

const styled = (text: string): unknown[] =>
  runsOf(text).map(({ text: part, style }) =>
    style ? html`<span class=${style}>${part}</span>` : part,
  );

/** On one line. */
export const logText = ({ body }: LogEvent): unknown[] => styled(body.slice(0, IN_A_ROW));

/** A long line is folded, so that the page stays quick. */
function bodyOf(panel: Panel, log: LogEvent) {
  const { body } = log;
  if (body.length <= FOLDED || panel.logLines.unfolded === log.sequence) return styled(body);
  return html`${styled(body.slice(0, FOLDED))}
    <button class="link" @click=${() => panel.logLines.unfold(log.sequence)}>
      … show all ${count(body.length)} characters
    </button>`;
}

/** Of a warning, `logger` is the category: that has no level. */
export const hasLevel = (log: LogEvent): log is LogEvent & { logger: string } =>
  log.logger !== undefined && log.source !== 'warnings';

const SETTABLE = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

/** From now on, in all workers; nothing is written to the app's configuration. */
function levelItems(panel: Panel, logger: string): MenuItem[] {
  const now = panel.logLines.levelOf(logger);
  const item = (level: string | null, text: string): MenuItem => ({
    text,
    checked: now === level,
    action: () => void panel.logLines.setLevel(logger, level),
  });
  return [...SETTABLE.map((level) => item(level, level)), item(null, 'As Configured')];
}

export const openLevelMenu = (panel: Panel, logger: string, event: MouseEvent): void =>
  openMenuAt(panel, event, {
    label: `Level of ${beginning(logger)}`,
    items: () => levelItems(panel, logger),
  });

const loggerFact = (panel: Panel, logger: string): TemplateResult =>
  fact(
    'logger',
    html`<button
      class="file-link"
      title="Change the level of ${beginning(logger)}, now"
      aria-haspopup="menu"
      @click=${(event: MouseEvent) => openLevelMenu(panel, logger, event)}
    >
      ${beginning(logger)}
    </button>`,
  );

/** In the details of a request: wrapped, with the line of code that wrote it. */
export const logLine = (panel: Panel, log: LogEvent): TemplateResult => html`<li
  class="log-line ${levelClass(log)}"
>
  <span class="dim">${exactTime(log.time)}</span>
  <span class="level">${levelName(log)}</span>
  <span class="body">${bodyOf(panel, log)}${cutNote(log)}</span>
  ${place(panel, log)}
</li>`;

const requestButton = (panel: Panel, id: string): TemplateResult => html`<button
  class="file-link"
  @click=${() => panel.showRequest(id)}
>
  Its request
</button>`;

export function logDetails(panel: Panel, log: LogEvent): TemplateResult {
  const exception = panel.store.exception(log.exception);
  const copy = { icon: 'copy', title: 'Copy Text', action: () => void panel.copy(log.body) };
  return html`
    <p class="facts">
      ${fact('', levelName(log))} ${hasLevel(log) ? loggerFact(panel, log.logger) : nothing}
      ${log.source === 'warnings' ? fact('category', beginning(log.logger ?? '')) : nothing}
      ${fact('from', log.source)} ${log.worker === undefined ? nothing : fact('worker', who(log))}
      ${fact('at', exactTime(log.time))}
      ${place(panel, log)} ${log.request ? requestButton(panel, log.request) : nothing}
      ${iconButton(copy)}
    </p>
    <pre class="log-body" tabindex="0">${bodyOf(panel, log)}</pre>
    ${cutNote(log)} ${exception ? exceptionView(panel, exception) : nothing}
  `;
}
