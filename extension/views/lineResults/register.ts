/** The setting that shows results in the editor, and the command that turns it on and off. */

import * as vscode from 'vscode';
import type { Servers } from '../../servers.ts';
import { showLineResults } from './lineResults.ts';

const isWanted = () => vscode.workspace.getConfiguration('prefork').get('inlineResults', true);

/** Off, nothing is listened to. */
export function registerLineResults(servers: Servers): vscode.Disposable {
  let shown: vscode.Disposable | undefined;
  function follow() {
    if (isWanted()) shown ??= showLineResults(servers);
    else {
      shown?.dispose();
      shown = undefined;
    }
  }
  follow();
  const listening = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('prefork.inlineResults')) follow();
  });
  return vscode.Disposable.from(listening, { dispose: () => shown?.dispose() });
}

/** Where the workspace says something of its own, there; else for the user. */
export async function toggleLineResults(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('prefork');
  const inWorkspace = settings.inspect('inlineResults')?.workspaceValue !== undefined;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await settings.update('inlineResults', !isWanted(), inWorkspace ? Workspace : Global);
}
