/**
 * The children of a root session: one for each debugged worker, attached to debugpy in it. When a
 * generation is replaced, the successor in a debugged slot is attached by itself; the old child
 * ends with its process.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import { messageOf } from '../log.ts';
import type { Server } from '../server.ts';
import { readyWorkers } from '../serverModel.ts';
import { type RootConfiguration, workerConfiguration, workerTarget } from './configuration.ts';
import { findDebugpy, NoDebugpy, offerDebugpy } from './debugpy.ts';

export interface WorkerSessions extends vscode.Disposable {
  /** Attaches to a worker, or to all there are and will be. */
  debug(worker: number | 'all'): Promise<void>;
  /** Lets every worker go on without its debugger. */
  detach(): Promise<void>;
}

/** A worker that hangs must not keep the session from ending. Milliseconds. */
const PATIENCE = 2000;

interface Options {
  root: vscode.DebugSession;
  server: Server;
  fail(message: string): void;
}

export function createWorkerSessions({ root, server, fail }: Options): WorkerSessions {
  const slots = new Set<number | 'all'>();
  const attached = new Set<number>();
  const children = new Set<vscode.DebugSession>();
  const isMine = (session: vscode.DebugSession) => session.parentSession?.id === root.id;
  let debugpy: Promise<string | undefined> | undefined;

  const isWanted = (worker: WorkerEvent) =>
    (slots.has('all') || slots.has(worker.worker)) && !attached.has(worker['process.pid']);

  async function attachWanted() {
    const wanted = readyWorkers(server.model).filter(isWanted);
    for (const worker of wanted) attached.add(worker['process.pid']);
    const done = await Promise.allSettled(wanted.map(attach));
    const failed = done.find((one) => one.status === 'rejected');
    if (failed) report(failed.reason);
  }

  async function attach({ worker, 'process.pid': pid }: WorkerEvent) {
    debugpy ??= findDebugpy(server.options);
    const folder = await debugpy;
    const wanted = { worker, 'process.pid': pid, ...(folder && { debugpy: folder }) };
    const answer = await server.send('debug_worker', wanted);
    attached.add(answer['process.pid']);
    const target = {
      worker,
      pid: answer['process.pid'] ?? pid,
      host: answer.host,
      port: answer.port,
    };
    const configuration = workerConfiguration(target, root.configuration as RootConfiguration);
    await vscode.debug.startDebugging(root.workspaceFolder, configuration, {
      parentSession: root,
      lifecycleManagedByParent: true,
      consoleMode: vscode.DebugConsoleMode.MergeWithParent,
      suppressSaveBeforeStart: true,
      suppressDebugView: true,
    });
  }

  function report(error: unknown) {
    if (error instanceof NoDebugpy) void offerDebugpy(error);
    // A worker that was replaced while it was being attached is no failure: its successor is.
    else if (server.connected) fail(l10n.t('The debugger could not attach: {0}', messageOf(error)));
  }

  const listening = [
    server.onChange(() => void attachWanted()),
    vscode.debug.onDidStartDebugSession((session) => isMine(session) && children.add(session)),
    vscode.debug.onDidTerminateDebugSession((session) => {
      children.delete(session);
      const target = isMine(session) ? workerTarget(session) : undefined;
      if (target) attached.delete(target.pid);
    }),
  ];
  return {
    async debug(worker) {
      slots.add(worker);
      await attachWanted();
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
