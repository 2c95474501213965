/** Says it when the server ended by itself; with a way back. */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Log } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';

export function reportCrashes(host: ServerHost, log: Log): vscode.Disposable {
  return host.onCrash(async (reason) => {
    const message = l10n.t('The Prefork server ended: {0}', reason);
    log.info(message);
    const again = l10n.t('Start Again');
    const logs = l10n.t('Show Logs');
    const choice = await vscode.window.showErrorMessage(message, again, logs);
    if (choice === logs) log.show();
    if (choice === again) await vscode.commands.executeCommand('prefork.restartServer');
  });
}
