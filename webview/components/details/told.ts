/** What was said while the request ran: its log lines, and its exceptions. */

import { html, nothing, type TemplateResult } from 'lit';
import { count, plural } from '../../format.ts';
import { exceptionView } from '../exception.ts';
import { logLine } from '../logViews.ts';
import type { Opened } from './opened.ts';

export function logsView({ panel, row, details }: Opened): TemplateResult {
  const { logs } = details;
  const lines = logs.map((log) => logLine(panel, log));
  const missing = row.logs - logs.length;
  return html`<ol class="log-lines" aria-label="Log lines">${lines}</ol>
    ${missing > 0 ? html`<p class="dim">${plural(missing, 'line')} no longer kept.</p>` : nothing}`;
}

export function exceptionsView({ panel, row, details }: Opened): TemplateResult {
  const { exceptions } = details;
  const missing = row.exceptions - exceptions.length;
  return html`${exceptions.map((exception) => exceptionView(panel, exception))}
    ${missing > 0 ? html`<p class="dim">${count(missing)} more no longer kept.</p>` : nothing}`;
}
