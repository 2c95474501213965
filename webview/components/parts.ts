/** The small parts that all views are made of: icons, buttons, links to a line of code. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Place } from '../../server/stream/trace.ts';
import { shortPath } from '../format.ts';
import type { Panel } from '../panel.ts';
import { visible } from '../visible.ts';

/** A codicon; decoration only, so what it means must be said beside it or in a title. */
export const icon = (name: string, extra = ''): TemplateResult =>
  html`<span class="codicon codicon-${name} ${extra}" aria-hidden="true"></span>`;

export interface IconButton {
  icon: string;
  title: string;
  pressed?: boolean;
  action: (event: MouseEvent) => void;
}

export const iconButton = (button: IconButton): TemplateResult => html`<button
  type="button"
  class="icon-button"
  title=${button.title}
  aria-label=${button.title}
  aria-pressed=${button.pressed ?? nothing}
  @click=${button.action}
>
  ${icon(button.icon)}
</button>`;

/**
 * `orders/views.py:42`: opens it in the editor. A browser tab has none: there it is copied, and with
 * Ctrl or ⌘ opened by VS Code's own address.
 */
export function fileLink(panel: Panel, file: string, line: number): TemplateResult {
  const text = `${shortPath(file, panel.store.server?.root ?? '')}:${line}`;
  const [what, how] =
    panel.host === 'editor' ? ['Open', ''] : ['Copy', '; Ctrl or ⌘: open in VS Code'];
  return html`<button
    class="file-link"
    title="${what} ${visible(file)}:${line}${how}"
    @click=${({ ctrlKey, metaKey }: MouseEvent) => panel.openFile(file, line, ctrlKey || metaKey)}
  >
    ${visible(text)}
  </button>`;
}

export const placeLink = (panel: Panel, place: Place): TemplateResult =>
  fileLink(panel, place['code.file.path'], place['code.line.number']);

/** Dim word, strong value: the facts under a heading. */
export const fact = (word: string, value: unknown): TemplateResult =>
  html`<span class="fact">${word} <b>${typeof value === 'string' ? visible(value) : value}</b></span>`;
