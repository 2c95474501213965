/** One status bar item, of the current server: what is served where, which generation, how fast the last reload was. */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Servers } from '../servers.ts';
import { escaped } from './markdown.ts';
import { statusOf } from './status.ts';

/** How long `reloaded in 23 ms` stays. */
const AFTER_RELOAD = 5000;

/** What is most often wanted of a server, as links below what is known of it. */
function withLinks(lines: string): vscode.MarkdownString {
  const links: [command: string, label: string][] = [
    ['prefork.openInBrowser', l10n.t('Open in Browser')],
    ['prefork.reloadWorkers', l10n.t('Reload Workers')],
    ['prefork.showPanel', l10n.t('Show Panel')],
    ['prefork.stopServer', l10n.t('Stop Server')],
  ];
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: links.map(([command]) => command) };
  // Not appendText(): it makes every space one that does not break.
  for (const line of lines.split('\n')) text.appendMarkdown(`${escaped(line)}  \n`);
  const shown = links.map(([command, label]) => `[${label}](command:${command})`);
  return text.appendMarkdown(`\n---\n${shown.join(' · ')}`);
}

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
    item.tooltip = withLinks(status.tooltip);
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
