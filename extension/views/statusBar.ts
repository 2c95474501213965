/** One status bar item, of the current server: what is served where, which generation, how fast the last reload was. */

import * as vscode from 'vscode';
import type { Servers } from '../servers.ts';
import { statusOf } from './status.ts';

/** How long `reloaded in 23 ms` stays. */
const AFTER_RELOAD = 5000;

export function createStatusBar(servers: Servers): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'prefork.status',
    vscode.StatusBarAlignment.Left,
    10,
  );
  item.name = 'Prefork';
  item.command = 'prefork.showPanel';
  let timer: NodeJS.Timeout | undefined;

  function show() {
    clearTimeout(timer);
    const host = servers.current;
    const status = host && statusOf(host, Date.now() - AFTER_RELOAD, servers.all.length - 1);
    if (!status) return item.hide();
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.label };
    item.backgroundColor = status.broken
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    item.show();
    if (status.brief) timer = setTimeout(show, AFTER_RELOAD);
  }

  const listening = servers.onChange(show);
  return vscode.Disposable.from(item, listening, { dispose: () => clearTimeout(timer) });
}
