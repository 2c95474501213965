/** Saves a file as a browser does. */

import type { ExportedFile } from '../server/stream/commands.ts';

export function download({ name, media_type, text }: ExportedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: media_type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
