/** Keeps the context key `prefork.serverState` true: menus and the welcome view depend on it. */

import * as vscode from 'vscode';
import type { ServerHost } from '../serverHost.ts';

export function keepContext(host: ServerHost): vscode.Disposable {
  let known: string | undefined;
  const tell = () => {
    if (known === host.state) return;
    known = host.state;
    vscode.commands.executeCommand('setContext', 'prefork.serverState', known);
  };
  tell();
  return host.onChange(tell);
}
