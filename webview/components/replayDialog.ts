/** The dialog before a request is sent again: its parts to edit, or only the question. */

import { html, nothing, type TemplateResult } from 'lit';
import { isIdempotent } from '../../server/stream/idempotent.ts';
import type { Draft } from '../model/draft.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import { icon, iconButton } from './parts.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const typed = (event: Event): string => (event.target as HTMLInputElement).value;

export function replayDialog(panel: Panel): TemplateResult | typeof nothing {
  const { draft } = panel.replaying;
  if (!draft) return nothing;
  const title = draft.debug ? 'Replay under the Debugger' : 'Replay';
  return html`<dialog
    class="replay"
    aria-labelledby="replay-title"
    @cancel=${() => panel.replaying.cancel()}
    @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
  >
    <form @submit=${(event: SubmitEvent) => submit(panel, event)}>
      <h2 id="replay-title">${title} <code>${nameOf(draft)}</code></h2>
      ${draft.isEdited ? fields(panel, draft) : nothing} ${workerChoice(panel, draft)}
      ${warning(draft)} ${problem(panel)} ${buttons(panel, draft)}
    </form>
  </dialog>`;
}

function submit(panel: Panel, event: SubmitEvent): void {
  event.preventDefault();
  void panel.replaying.send();
}

const nameOf = ({ row }: Draft): string =>
  beginning(`${row.head['http.request.method']} ${row.head['url.path']}`);

/** Doing it twice is not the same as doing it once. */
function warning({ method }: Draft): TemplateResult | typeof nothing {
  if (isIdempotent(method)) return nothing;
  const text = `${beginning(method)} may do again what it did: an order, a payment, a mail.`;
  return html`<p class="told" role="note">${icon('warning', 'warn')}<span>${text}</span></p>`;
}

function problem({ replaying }: Panel): TemplateResult | typeof nothing {
  if (!replaying.error) return nothing;
  return html`<p class="told" role="alert">
    ${icon('error', 'bad')}<span>${replaying.error}</span>
  </p>`;
}

const buttons = (
  panel: Panel,
  { isEdited }: Draft,
): TemplateResult => html`<p class="dialog-buttons">
  <button type="submit" class="button" ?autofocus=${!isEdited}>Replay</button>
  <button type="button" class="button second" @click=${() => panel.replaying.cancel()}>
    Cancel
  </button>
</p>`;

function workerChoice(panel: Panel, { worker, debug }: Draft): TemplateResult {
  const choose = (event: Event): void =>
    panel.replaying.change({ worker: Number(typed(event)) || null });
  const options = panel.store.workers.map(
    ({ worker: slot, state }) =>
      html`<option value=${slot} ?selected=${slot === worker}>Worker ${slot} (${state})</option>`,
  );
  return html`<label>
    Worker
    <select @change=${choose}>
      ${debug ? nothing : html`<option value="0" ?selected=${worker === null}>Whichever is free</option>`}
      ${options}
    </select>
  </label>`;
}

function fields(panel: Panel, draft: Draft): TemplateResult {
  const change = panel.replaying.change.bind(panel.replaying);
  return html`<div class="replay-line">
      <input
        aria-label="Method"
        list="methods"
        required
        .value=${draft.method}
        @input=${(event: Event) => change({ method: typed(event).toUpperCase() })}
      />
      <datalist id="methods">${METHODS.map((method) => html`<option value=${method}></option>`)}</datalist>
      <input
        aria-label="Path and query"
        required
        pattern="[\\/*].*"
        .value=${draft.target}
        @input=${(event: Event) => change({ target: typed(event) })}
      />
    </div>
    ${headers(panel, draft)}
    <label>
      Body
      <textarea
        rows="5"
        spellcheck="false"
        .value=${draft.body}
        @input=${(event: Event) => change({ body: typed(event) })}
      ></textarea>
    </label>
    <p class="dim">[hidden] stands for what was there: left in place, it is sent as it was.</p>`;
}

function headers(panel: Panel, draft: Draft): TemplateResult {
  const set = (changed: Draft['headers']): void => panel.replaying.change({ headers: changed });
  const rows = draft.headers.map(([name, value], index) => {
    const change = (field: [string, string]): void => set(draft.headers.with(index, field));
    return html`<div class="replay-header">
      <input
        aria-label="Name of header ${index + 1}"
        .value=${name}
        @input=${(event: Event) => change([typed(event), value])}
      />
      <input
        aria-label="Value of ${name || 'the header'}"
        .value=${value}
        @input=${(event: Event) => change([name, typed(event)])}
      />
      ${iconButton({
        icon: 'close',
        title: `Remove ${name || 'Header'}`,
        action: () => set(draft.headers.toSpliced(index, 1)),
      })}
    </div>`;
  });
  return html`<fieldset>
    <legend>
      Headers
      <button type="button" class="link" @click=${() => set([...draft.headers, ['', '']])}>Add</button>
    </legend>
    ${rows}
  </fieldset>`;
}
