/** SQL on the screen: its words in colours, each a text of its own. */

import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { type SqlToken, sqlTokens, withLines } from '../../model/sqlText.ts';
import { visible } from '../../visible.ts';

const wordView = ({ kind, text }: SqlToken): unknown =>
  kind === 'plain' ? visible(text) : html`<span class="sql-${kind}">${visible(text)}</span>`;

/** One line is enough to know it by; the rest of a long one is not worth its nodes. */
const LINE = 300;

export function sqlLine(sql: string): unknown {
  const line = sql.slice(0, LINE).replaceAll(/\s+/g, ' ');
  return guard([line], () => sqlTokens(line).map(wordView));
}

export const sqlBlock = (sql: string): TemplateResult =>
  html`<pre class="code sql" tabindex="0">${guard([sql], () =>
    withLines(sqlTokens(sql)).map(wordView),
  )}</pre>`;
