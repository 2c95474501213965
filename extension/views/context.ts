/**
 * Keeps the context keys true that menus and the welcome view depend on: `prefork.serverState` is the current
 * server's, `prefork.servers` how many there are.
 */

import * as vscode from 'vscode';
import type { Servers } from '../servers.ts';

export function keepContext(servers: Servers): vscode.Disposable {
  const known = new Map<string, unknown>();
  const keep = (key: string, value: unknown) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    vscode.commands.executeCommand('setContext', key, value);
  };
  const tell = () => {
    keep('prefork.serverState', servers.current?.state ?? 'stopped');
    keep('prefork.servers', servers.all.length);
  };
  tell();
  return servers.onChange(tell);
}
