/** Starts again what ran before the window was reloaded, and remembers what runs now. */

import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Log, messageOf } from './log.ts';
import { createMemory, type Remembered } from './remembered.ts';
import { isTemporary, planOf, serve } from './serve.ts';
import type { ServerHost } from './serverHost.ts';
import type { Servers } from './servers.ts';

export interface Restoring extends vscode.Disposable {
  /** The extension host ends, and with it the servers; that they stop is not to be remembered. */
  leave(): void;
}

/** How long the servers of an extension host that ends may take to. Milliseconds. */
const PATIENCE = 20_000;
const POLL = 100;

/** @param storage the workspace's own; undefined without a workspace */
export function restoreServers(
  servers: Servers,
  log: Log,
  storage: vscode.Uri | undefined,
): Restoring {
  if (!storage) return { leave() {}, dispose() {} };
  const memory = createMemory(vscode.Uri.joinPath(storage, 'running.json').fsPath, process.ppid);
  const before = memory.recall();
  const listening = servers.onServer(() => memory.keep(servers.all.flatMap(remembered)));
  const isWanted = vscode.workspace.getConfiguration('prefork').get('restoreServers', true);
  if (isWanted) for (const one of before) void restore(one, servers, log);
  return { leave: memory.leave, dispose: () => listening.dispose() };
}

/** A server of a debug session or a task ended with that. */
function remembered({ server }: ServerHost): Remembered[] {
  const wanted = server && planOf(server.options)?.wanted;
  if (!wanted || isTemporary(server.options)) return [];
  return [{ wanted, port: server.options.port, pid: server.info.pid }];
}

async function restore({ wanted, port, pid }: Remembered, servers: Servers, log: Log) {
  log.info(`The window was reloaded while ${wanted.app} was served`);
  const end = Date.now() + PATIENCE;
  while (isAlive(pid) && Date.now() < end) await delay(POLL);
  if (isAlive(pid)) return log.info(`Its server (pid ${pid}) is still there, and is not replaced`);
  try {
    await serve(servers, log, { ...wanted, port });
  } catch (error) {
    log.fail(messageOf(error));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
