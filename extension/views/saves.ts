/** Tells the servers of each save: the editor knows before any file watcher does. */

import * as vscode from 'vscode';
import { concerned } from '../concerned.ts';
import type { Servers } from '../servers.ts';

export function watchSaves(servers: Servers): vscode.Disposable {
  return vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    if (uri.scheme !== 'file') return;
    const connected = servers.all.flatMap(({ server }) => (server?.connected ? [server] : []));
    for (const server of concerned(uri.fsPath, connected)) {
      // The file watcher sees it too, should this one not arrive.
      server.send('saved', { files: [uri.fsPath] }).catch(() => {});
    }
  });
}
