/** What a command is about: the row of a tree, the file of an editor, or else the current server. */

import * as vscode from 'vscode';
import type { WorkerEvent } from '../server/stream/protocol.ts';
import { l10n } from './l10n.ts';
import type { Server } from './server.ts';
import type { ServerHost } from './serverHost.ts';
import { readyWorkers } from './serverModel.ts';
import type { Servers } from './servers.ts';

/** A row of the Workers tree: a server, or one of its workers. */
export interface Row {
  host: ServerHost;
  worker?: number;
  /** Its process: a slot holds two during a reload. */
  pid?: number;
}

export type Subject = Row | vscode.Uri;

/** A worker of a server that runs. */
export interface WorkerOf {
  host: ServerHost;
  server: Server;
  worker: number;
  pid?: number;
}

const isRow = (subject: Subject | undefined): subject is Row =>
  subject !== undefined && 'host' in subject;

/** The row's server, or the current one. */
export function hostOf(servers: Servers, subject?: Subject): ServerHost | undefined {
  return isRow(subject) ? subject.host : servers.current;
}

/** @throws when it does not run */
export function running(servers: Servers, subject?: Subject): Server {
  const server = hostOf(servers, subject)?.server;
  if (!server)
    throw new Error(l10n.t('No server is running. Start one with "Prefork: Start Server".'));
  return server;
}

/** The row's worker, or the one that the user picks; undefined when none is picked. */
export async function workerOf(servers: Servers, subject?: Subject): Promise<WorkerOf | undefined> {
  const server = running(servers, subject);
  const host = hostOf(servers, subject);
  const worker = isRow(subject) ? subject.worker : undefined;
  const picked = worker ?? (await pickWorker(server));
  if (!host || picked === undefined) return undefined;
  return {
    host,
    server,
    worker: picked,
    ...(isRow(subject) && subject.pid && { pid: subject.pid }),
  };
}

async function pickWorker({ model }: Server): Promise<number | undefined> {
  const ready = readyWorkers(model);
  if (ready.length === 0) throw new Error(l10n.t('No worker is ready. Look at the log for why.'));
  if (ready.length === 1) return ready[0]?.worker;
  const items = ready.map((worker) => ({
    label: l10n.t('Worker {0}', worker.worker),
    ...describe(worker),
  }));
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Which worker?') });
  return picked?.worker;
}

const describe = (worker: WorkerEvent) => ({
  worker: worker.worker,
  description: l10n.t('pid {0} · generation {1}', worker['process.pid'], worker.generation),
  detail: l10n.t('{0} requests', worker.requests),
});

/** One of these servers; asks only when there is something to choose. */
export async function pickServer(hosts: readonly ServerHost[]): Promise<ServerHost | undefined> {
  if (hosts.length <= 1) return hosts[0];
  const items = hosts.map((host) => ({
    label: host.options?.app ?? '',
    description: host.server?.info.addresses.join(' ') ?? '',
    detail: vscode.workspace.asRelativePath(host.options?.root ?? ''),
    host,
  }));
  const title = l10n.t('Which server?');
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.host;
}
