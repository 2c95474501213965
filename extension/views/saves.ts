/** Tells the server of each save: the editor knows before any file watcher does. */

import * as vscode from 'vscode';
import type { ServerHost } from '../serverHost.ts';

export function watchSaves(host: ServerHost): vscode.Disposable {
  return vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    if (uri.scheme !== 'file' || !host.server?.connected) return;
    // The file watcher sees it too, should this one not arrive.
    host.server.send('saved', { files: [uri.fsPath] }).catch(() => {});
  });
}
