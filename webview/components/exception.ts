/** An exception: what, where, the user's own frames open and those of libraries folded away. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ExceptionEvent, Frame } from '../../server/stream/protocol.ts';
import { plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { fileLink, icon, iconButton } from './parts.ts';

const KINDS: Record<ExceptionEvent['kind'], string> = {
  uncaught: 'not caught by the app',
  answered: 'answered by the framework',
  handled: 'handled by the app',
  logged: 'logged',
  thread: 'ended a thread',
  unraisable: 'raised where nobody could catch it',
  import: 'while the app was imported',
};

const frameView = (panel: Panel, frame: Frame): TemplateResult => html`<div class="frame">
  ${fileLink(panel, frame['code.file.path'], frame['code.line.number'])}
  <span class="function">in ${frame['code.function.name']}</span>
  ${frame.source ? html`<code>${frame.source}</code>` : nothing}
</div>`;

/** Runs of own and of library frames, in order. */
function runsOf(frames: readonly Frame[]): Frame[][] {
  const runs: Frame[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run && run[0]?.own === frame.own) run.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

function runView(panel: Panel, run: Frame[]): TemplateResult {
  const frames = run.map((frame) => frameView(panel, frame));
  if (run[0]?.own) return html`<div class="own">${frames}</div>`;
  return html`<details class="library">
    <summary>${plural(run.length, 'library frame')}</summary>
    ${frames}
  </details>`;
}

/** A SyntaxError has no frame of the line it is about, only a location. */
function locationView(panel: Panel, { location, frames }: ExceptionEvent) {
  const isFrame = (frame: Frame) =>
    frame['code.file.path'] === location?.['code.file.path'] &&
    frame['code.line.number'] === location['code.line.number'];
  if (!location || frames.some(isFrame)) return nothing;
  const { 'code.file.path': file, 'code.line.number': line } = location;
  return html`<span class="location">${icon('location')} ${fileLink(panel, file, line)}</span>`;
}

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
    <p>${text}${command ? html`<code>${command}</code>` : nothing}</p>
    ${command ? iconButton(copy) : nothing}
  </div>`;
}

export function exceptionView(panel: Panel, exception: ExceptionEvent): TemplateResult {
  const stacktrace = exception['exception.stacktrace'];
  const copy = {
    icon: 'copy',
    title: 'Copy Traceback',
    action: () => void panel.copy(stacktrace),
  };
  return html`<article class="exception">
    <header>
      ${icon('error', 'bad')}
      <h3><b>${exception['exception.type']}</b>: ${exception['exception.message']}</h3>
      ${iconButton(copy)}
    </header>
    <p class="facts">
      ${locationView(panel, exception)}<span class="fact">${KINDS[exception.kind]}</span>
    </p>
    ${hintView(panel, exception)}
    <div class="frames">${runsOf(exception.frames).map((run) => runView(panel, run))}</div>
    <details class="plain" ?open=${exception.frames.length === 0}>
      <summary>Traceback as Python prints it</summary>
      <pre tabindex="0">${stacktrace}</pre>
    </details>
  </article>`;
}
