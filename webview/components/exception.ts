/** An exception: what, where, what to do; its frames, and the exceptions that it came from. */

import { html, nothing, type TemplateResult } from 'lit';
import type { RelatedException } from '../../server/stream/exception.ts';
import type { ExceptionEvent, Frame } from '../../server/stream/protocol.ts';
import type { Panel } from '../panel.ts';
import { visible } from '../visible.ts';
import { framesView, sourceView } from './frames.ts';
import { icon, iconButton, placeLink } from './parts.ts';

const KINDS: Record<ExceptionEvent['kind'], string> = {
  uncaught: 'not caught by the app',
  answered: 'answered by the framework',
  handled: 'handled by the app',
  logged: 'logged',
  thread: 'ended a thread',
  unraisable: 'raised where nobody could catch it',
  import: 'while the app was imported',
};

const RELATIONS: Record<RelatedException['relation'], string> = {
  cause: 'caused by',
  context: 'raised while this was handled',
  group: 'in the group',
};

type Raised = Pick<RelatedException, 'exception.type' | 'exception.message' | 'notes'>;

const nameOf = (raised: Raised): TemplateResult =>
  html`<b>${visible(raised['exception.type'])}</b>: ${visible(raised['exception.message'])}`;

const notesView = ({ notes = [] }: Raised) =>
  notes.map((note) => html`<p class="note">${icon('note')} ${visible(note)}</p>`);

/** A SyntaxError has no frame of the line it is about, only a location. */
function locationView(panel: Panel, { location, frames }: ExceptionEvent) {
  const isFrame = (frame: Frame) =>
    frame['code.file.path'] === location?.['code.file.path'] &&
    frame['code.line.number'] === location['code.line.number'];
  if (!location || frames.some(isFrame)) return nothing;
  return html`<span class="location">${icon('location')} ${placeLink(panel, location)}</span>`;
}

const templateView = (panel: Panel, { template }: ExceptionEvent) =>
  template
    ? html`<span class="location">${icon('file-code')} template ${placeLink(panel, template)}</span>`
    : nothing;

/** What to do about it, where that is known. */
function hintView(panel: Panel, { hint }: ExceptionEvent) {
  if (!hint) return nothing;
  const { text, command } = hint;
  const copy = {
    icon: 'copy',
    title: 'Copy Command',
    action: () => void panel.copy(command ?? ''),
  };
  return html`<div class="hint">
    ${icon('lightbulb')}
    <p>${visible(text)}${command ? html`<code>${visible(command)}</code>` : nothing}</p>
    ${command ? iconButton(copy) : nothing}
  </div>`;
}

const relatedView = (panel: Panel, related: RelatedException): TemplateResult => html`<section
  class="related"
>
  <h4>${RELATIONS[related.relation]}</h4>
  <p class="raised">${nameOf(related)}</p>
  ${notesView(related)}
  <div class="frames">${framesView(panel, related.frames)}</div>
</section>`;

function header(panel: Panel, exception: ExceptionEvent): TemplateResult {
  const copy = () => void panel.copy(exception['exception.stacktrace']);
  return html`<header>
    ${icon('error', 'bad')}
    <h3>${nameOf(exception)}</h3>
    <button class="button small" @click=${copy}>${icon('copy')} Copy Traceback</button>
  </header>`;
}

export function exceptionView(panel: Panel, exception: ExceptionEvent): TemplateResult {
  const { kind, frames, related = [] } = exception;
  return html`<article class="exception">
    ${header(panel, exception)} ${notesView(exception)}
    <p class="facts">
      ${locationView(panel, exception)} ${templateView(panel, exception)}
      <span class="fact">${KINDS[kind]}</span>
    </p>
    ${hintView(panel, exception)}
    <div class="frames">${framesView(panel, frames)}</div>
    ${related.map((other) => relatedView(panel, other))}
    <details class="plain" ?open=${frames.length === 0}>
      <summary>Traceback as Python prints it</summary>
      <pre tabindex="0">${visible(exception['exception.stacktrace'])}</pre>
    </details>
  </article>`;
}

/** In a summary: what, and the innermost line of the app's own code. */
export function exceptionLine(panel: Panel, exception: ExceptionEvent): TemplateResult {
  const frame = exception.frames.findLast(({ own }) => own) ?? exception.frames.at(-1);
  return html`<div class="told exception-line">
    ${icon('error', 'bad')}
    <div>
      <h3>${nameOf(exception)}</h3>
      <p class="facts">
        ${frame ? placeLink(panel, frame) : locationView(panel, exception)}
        <span class="fact">${KINDS[exception.kind]}</span>
        <button class="link" @click=${() => panel.pane.showTab('exception')}>Show</button>
      </p>
      ${frame?.source ? sourceView(frame) : nothing}
    </div>
  </div>`;
}
