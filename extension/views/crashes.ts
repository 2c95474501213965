/** Says it when a server or one of its workers ended by itself; of a series the first alone, with a way on. */

import * as vscode from 'vscode';
import { createDeaths, type Death } from '../deaths.ts';
import { l10n } from '../l10n.ts';
import type { Log } from '../log.ts';
import { createSeries } from '../series.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';

/** Milliseconds. */
const QUIET = 60_000;

export function reportCrashes(
  servers: Servers,
  log: Log,
  memory: vscode.Memento,
): vscode.Disposable {
  const series = createSeries(QUIET);
  return vscode.Disposable.from(
    servers.onCrash(({ host, reason }) => void serverEnded(host, reason, log)),
    servers.onServer(({ host, server }) => {
      const deaths = createDeaths();
      server?.onEvents((events) => {
        const [death] = events.flatMap((event) => deaths.hear(event) ?? []);
        if (death && series.begins(host)) void workerDied(death, log, memory);
      });
    }),
  );
}

async function serverEnded(host: ServerHost, reason: string, log: Log) {
  const app = host.options?.app ?? '';
  const message = l10n.t('The Prefork server of {0} ended: {1}', app, reason);
  log.info(message);
  const again = l10n.t('Start Again');
  const logs = l10n.t('Show Logs');
  const choice = await vscode.window.showErrorMessage(message, again, logs);
  if (choice === logs) log.show();
  if (choice === again) await vscode.commands.executeCommand('prefork.restartServer', { host });
}

const SILENCED = 'prefork.workerDeathsSilenced';

async function workerDied({ worker, how }: Death, log: Log, memory: vscode.Memento) {
  if (memory.get(SILENCED, false)) return;
  const message = l10n.t('Worker {0} died ({1}); another takes its place.', worker, how);
  const panel = l10n.t('Show Panel');
  const logs = l10n.t('Show Logs');
  const never = l10n.t("Don't Show Again");
  const choice = await vscode.window.showWarningMessage(message, panel, logs, never);
  if (choice === panel) await vscode.commands.executeCommand('prefork.showPanel');
  if (choice === logs) log.show();
  if (choice === never) await memory.update(SILENCED, true);
}
