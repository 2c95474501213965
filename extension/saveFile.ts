/** Asks where to keep a file, and keeps it there. */

import * as vscode from 'vscode';
import type { ExportedFile } from '../server/stream/commands.ts';

/** Below `folder`, unless the user wants it elsewhere; undefined when they want it nowhere. */
export async function saveFile(
  folder: string,
  { name, text }: Pick<ExportedFile, 'name' | 'text'>,
  saveLabel?: string,
): Promise<vscode.Uri | undefined> {
  const defaultUri = vscode.Uri.joinPath(vscode.Uri.file(folder), name);
  const uri = await vscode.window.showSaveDialog({ defaultUri, ...(saveLabel && { saveLabel }) });
  if (uri) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}
