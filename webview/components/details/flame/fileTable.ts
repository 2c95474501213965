/** A profile as a table: each file with its lines, the user's own first. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Profile } from '../../../../server/stream/profile.ts';
import { duration, plural } from '../../../format.ts';
import {
  type FileOrder,
  filesOf,
  type ProfiledFile,
  type ProfiledLine,
  sortedFiles,
} from '../../../model/profile/files.ts';
import { sampledTime } from '../../../model/profile/functions.ts';
import { beginning } from '../../../visible.ts';
import { icon, placeLink } from '../../parts.ts';
import { percent } from '../../phases.ts';
import type { Opened } from '../opened.ts';
import { fileOf } from './names.ts';

/** Lines of a file that are shown until a person wants all. */
const LINES = 8;

const ORDERS: { order: FileOrder; name: string; title: string }[] = [
  { order: 'self', name: 'Self', title: 'By itself' },
  { order: 'total', name: 'Total', title: 'With all that it called' },
];

export interface FileTable {
  view(opened: Opened, profile: Profile): TemplateResult;
}

export function createFileTable(changed: () => void): FileTable {
  let order: FileOrder = 'self';
  const whole = new Set<string>();

  const header = ({ order: one, name, title }: (typeof ORDERS)[number]): TemplateResult => {
    const choose = (): void => {
      order = one;
      changed();
    };
    return html`<th scope="col" class="number" aria-sort=${one === order ? 'descending' : 'none'}>
      <button title=${title} @click=${choose}>
        ${name}${one === order ? icon('arrow-down') : nothing}
      </button>
    </th>`;
  };

  const moreRow = ({ file, lines }: ProfiledFile): TemplateResult | typeof nothing => {
    if (whole.has(file) || lines.length <= LINES) return nothing;
    const show = (): void => {
      whole.add(file);
      changed();
    };
    return html`<tr>
      <td class="what" colspan="3">
        <button class="link" @click=${show}>${plural(lines.length - LINES, 'more line')}</button>
      </td>
    </tr>`;
  };

  const fileView = (opened: Opened, profile: Profile, file: ProfiledFile): TemplateResult => {
    const shown = whole.has(file.file) ? file.lines : file.lines.slice(0, LINES);
    const root = opened.panel.store.server?.root ?? '';
    return html`<tbody class=${file.own ? 'own' : 'library'}>
      <tr class="f-file">
        <th class="what" scope="rowgroup">
          ${fileOf(file.file, root)} ${file.own ? html`<span class="tag">own code</span>` : nothing}
        </th>
        ${times(file, profile)}
      </tr>
      ${shown.map((line) => lineRow(opened, profile, line))} ${moreRow(file)}
    </tbody>`;
  };

  return {
    view: (opened, profile) => html`<div class="wide f-files" tabindex="0">
      <table class="calls" aria-label="By file">
        <thead>
          <tr>
            <th scope="col" class="what">File and line</th>
            ${ORDERS.map(header)}
          </tr>
        </thead>
        ${sortedFiles(filesOf(profile), order).map((file) => fileView(opened, profile, file))}
      </table>
    </div>`,
  };
}

const time = (value: number, profile: Profile): TemplateResult | typeof nothing =>
  value === 0
    ? nothing
    : html`${duration(value)} <span class="dim">${percent(value / sampledTime(profile))}</span>`;

const times = ({ self, total }: ProfiledFile | ProfiledLine, profile: Profile): TemplateResult =>
  html`<td class="number">${time(self, profile)}</td>
    <td class="number">${time(total, profile)}</td>`;

const lineRow = (
  { panel }: Opened,
  profile: Profile,
  line: ProfiledLine,
): TemplateResult => html`<tr>
  <td class="what">
    ${placeLink(panel, line.frame)}
    <span class="dim">${beginning(line.frame['code.function.name'])}</span>
  </td>
  ${times(line, profile)}
</tr>`;
