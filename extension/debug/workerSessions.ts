/**
 * The children of a root session: one for each debugged worker, attached to debugpy in it. When a
 * generation is replaced, the successor in a debugged slot waits for its debugger and is attached by
 * itself; the old child ends with its process.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import { messageOf } from '../log.ts';
import type { Server } from '../server.ts';
import { attachableWorkers, currentWorker } from '../serverModel.ts';
import {
  type RootConfiguration,
  type WorkerTarget,
  workerConfiguration,
  workerTarget,
} from './configuration.ts';
import { findDebugpy, NoDebugpy, offerDebugpy } from './debugpy.ts';
import { createSlots } from './slots.ts';

export interface WorkerSessions extends vscode.Disposable {
  /**
   * Attaches to a worker, or to all there are and will be; resolves when their breakpoints are bound, to false
   * when that failed and was told.
   */
  debug(worker: number | 'all'): Promise<boolean>;
  /** It debugs no worker, and waits for none. */
  readonly idle: boolean;
  /** Lets every worker go on without its debugger. */
  detach(): Promise<void>;
}

/** A worker that hangs must not keep the session from ending. Milliseconds. */
const PATIENCE = 2000;
/** A worker whose session has ended has ended, too, or is told to have within this time. Milliseconds. */
const TOLD = 1000;

interface Options {
  root: vscode.DebugSession;
  server: Server;
  fail(message: string): void;
}

export function createWorkerSessions({ root, server, fail }: Options): WorkerSessions {
  const configured = root.configuration as RootConfiguration;
  const slots = createSlots();
  const attached = new Set<number>();
  /** Workers whose sessions have just ended: not attached to again unless the user says so. */
  const ended = new Set<number>();
  const children = new Set<vscode.DebugSession>();
  const isMine = (session: vscode.DebugSession) => session.parentSession?.id === root.id;
  let debugpy: Promise<string | undefined> | undefined;

  const isWanted = (worker: WorkerEvent) =>
    slots.has(worker.worker) && ![attached, ended].some((pids) => pids.has(worker['process.pid']));

  async function attachWanted() {
    const wanted = attachableWorkers(server.model).filter(isWanted);
    for (const worker of wanted) attached.add(worker['process.pid']);
    const done = await Promise.allSettled(wanted.map(attach));
    const failed = done.find((one) => one.status === 'rejected');
    if (failed) report(failed.reason);
    return !failed;
  }

  async function attach({ worker, 'process.pid': pid }: WorkerEvent) {
    debugpy ??= findDebugpy(server.options);
    const folder = await debugpy;
    const { host, port } = await server.send('debug_worker', {
      worker,
      'process.pid': pid,
      ...(folder && { debugpy: folder }),
      ...(configured.debugImport && { at_import: true }),
    });
    const configuration = workerConfiguration({ worker, pid, host, port }, configured);
    await vscode.debug.startDebugging(root.workspaceFolder, configuration, {
      parentSession: root,
      lifecycleManagedByParent: true,
      consoleMode: vscode.DebugConsoleMode.MergeWithParent,
      suppressSaveBeforeStart: true,
      suppressDebugView: true,
    });
  }

  function report(error: unknown) {
    if (error instanceof NoDebugpy) {
      // Not for each worker and each change: again when it is asked for again.
      slots.clear();
      attached.clear();
      debugpy = undefined;
      void offerDebugpy(error);
    } else if (server.connected) {
      // Without a server there is no failure, only an end.
      fail(l10n.t('The debugger could not attach: {0}', messageOf(error)));
    }
  }

  /** With its worker, or else because the user has detached from that. */
  function settle({ worker, pid }: WorkerTarget) {
    if (!ended.delete(pid)) return;
    const current = currentWorker(server.model, worker);
    if (current?.['process.pid'] === pid && !current.attached) slots.remove(worker);
  }

  const listening = [
    server.onChange(() => void attachWanted()),
    vscode.debug.onDidStartDebugSession((session) => isMine(session) && children.add(session)),
    vscode.debug.onDidTerminateDebugSession((session) => {
      children.delete(session);
      const target = isMine(session) ? workerTarget(session) : undefined;
      if (!target) return;
      attached.delete(target.pid);
      ended.add(target.pid);
      setTimeout(() => settle(target), TOLD);
    }),
  ];
  return {
    async debug(worker) {
      slots.add(worker);
      ended.clear();
      return attachWanted();
    },
    get idle() {
      return slots.empty;
    },
    async detach() {
      slots.clear();
      // Not stopDebugging(): that would have debugpy end the worker.
      const letGo = { restart: false, terminateDebuggee: false };
      const answers = [...children].map((one) => one.customRequest('disconnect', letGo));
      await Promise.race([Promise.allSettled(answers), delay(PATIENCE)]);
    },
    dispose() {
      slots.clear();
      for (const one of listening) one.dispose();
    },
  };
}
