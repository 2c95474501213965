/** A table of the details, which scrolls by itself where it is too wide. */

import { html, type TemplateResult } from 'lit';

export interface Column {
  name: string;
  className?: string;
}

/** The column `what` is what the rows are about, and takes the room that is left. */
export function table(label: string, columns: Column[], rows: unknown): TemplateResult {
  const heads = columns.map(
    ({ name, className = 'number' }) => html`<th scope="col" class=${className}>${name}</th>`,
  );
  return html`<div class="wide">
    <table class="calls" aria-label=${label}>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
