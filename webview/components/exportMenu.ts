/** The menu of what is exported and imported; a file can be dropped on the page, too. */

import { plural } from '../format.ts';
import { COPIED, SAVED } from '../handOver.ts';
import type { RequestRow } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { iconButton } from './parts.ts';

const TAKEN = '.har,.json,.jsonl';

function itemsFor(panel: Panel): MenuItem[] {
  const shown = panel.handOver.shown();
  const save = SAVED.map(([format, name]) => ({
    text: `Export ${plural(shown.length, 'Request')} as ${name}`,
    action: () => void panel.handOver.save(format, shown),
  }));
  return [...save, { text: 'Import HAR or OTLP…', begins: true, action: () => pickFile(panel) }];
}

/** What one request can be handed over as. */
export function handOverItems(panel: Panel, row: RequestRow): MenuItem[] {
  const copy = COPIED.map(([format, name], index) => ({
    text: `Copy as ${name}`,
    begins: index === 0,
    ...(format === 'curl' && { key: 'c' }),
    action: () => void panel.handOver.copyAs(format, name, row),
  }));
  const saved = row.ended?.profiled ? [...SAVED, ['speedscope', 'speedscope'] as const] : SAVED;
  const save = saved.map(([format, name], index) => ({
    text: `Export as ${name}`,
    begins: index === 0,
    action: () => void panel.handOver.save(format, [row]),
  }));
  return [...copy, ...save];
}

function pickFile(panel: Panel): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = TAKEN;
  input.addEventListener('change', () => {
    for (const file of input.files ?? []) void panel.handOver.take(file);
  });
  input.click();
}

export const exportButton = (panel: Panel) =>
  iconButton({
    icon: 'export',
    title: 'Export and Import (x)',
    action: (event) => openMenuAt(panel, event, { label: 'Export', items: () => itemsFor(panel) }),
  });

/** Files that are dropped anywhere on the page are taken in. */
export function takeDropped(target: HTMLElement, take: (file: File) => void): void {
  target.addEventListener('dragover', (event) => event.preventDefault());
  target.addEventListener('drop', (event) => {
    event.preventDefault();
    for (const file of event.dataTransfer?.files ?? []) take(file);
  });
}
