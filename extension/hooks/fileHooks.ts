/** The app hooks of the file that an editor shows. */

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import { findAppHooks } from './appHooks.ts';
import { moduleOf } from './modulePath.ts';
import { type AppHook, hooksIn, searchAppHooks } from './search.ts';

/** Whether a document binds an app hook, as it is now in its editor. */
export function hasHook(document: vscode.TextDocument): boolean {
  if (document.languageId !== 'python' || document.uri.scheme !== 'file') return false;
  return findAppHooks(document.getText(), basename(document.fileName)).length > 0;
}

/**
 * The app hooks of a file, named as its project names them.
 * @throws when it has none
 */
export async function fileHooks(uri: vscode.Uri): Promise<AppHook[]> {
  const file = uri.fsPath;
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const known = folder ? await searchAppHooks(folder) : [];
  const found = known.filter((hook) => hook.file === file);
  if (found.length > 0) return found;
  const document = await vscode.workspace.openTextDocument(uri);
  const within = folder ?? dirname(file);
  const read = await hooksIn(document.getText(), file, (one) => moduleOf(one, within, new Set()));
  if (read.length > 0) return read;
  throw new Error(l10n.t('{0} has no app hook.', basename(file)));
}
