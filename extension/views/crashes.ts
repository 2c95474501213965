/** Says it when a server ended by itself; with a way back. */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Log } from '../log.ts';
import type { Servers } from '../servers.ts';

export function reportCrashes(servers: Servers, log: Log): vscode.Disposable {
  return servers.onCrash(async ({ host, reason }) => {
    const app = host.options?.app ?? '';
    const message = l10n.t('The Prefork server of {0} ended: {1}', app, reason);
    log.info(message);
    const again = l10n.t('Start Again');
    const logs = l10n.t('Show Logs');
    const choice = await vscode.window.showErrorMessage(message, again, logs);
    if (choice === logs) log.show();
    if (choice === again) await vscode.commands.executeCommand('prefork.restartServer', { host });
  });
}
