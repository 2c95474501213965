/** One status bar item: what is served where, which generation, and how fast the last reload was. */

import * as vscode from 'vscode';
import type { ServerHost } from '../serverHost.ts';
import { statusOf } from './status.ts';

/** How long `reloaded in 23 ms` stays. */
const AFTER_RELOAD = 5000;

export function createStatusBar(host: ServerHost): vscode.Disposable {
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
    const status = statusOf(host, Date.now() - AFTER_RELOAD);
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

  const listening = host.onChange(show);
  return vscode.Disposable.from(item, listening, { dispose: () => clearTimeout(timer) });
}
