/** Says it when the server ended by itself; with a way back. */

import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';

export function reportCrashes(host: ServerHost, log: Log): vscode.Disposable {
  return host.onCrash(async (reason) => {
    const message = `The Prefork server ended: ${reason}`;
    log.info(message);
    const choice = await vscode.window.showErrorMessage(message, 'Start Again', 'Show Logs');
    if (choice === 'Show Logs') log.show();
    if (choice === 'Start Again') await vscode.commands.executeCommand('prefork.restartServer');
  });
}
