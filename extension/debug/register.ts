/** Registers the debug type: configurations and adapters. */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Log } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import { attachTo } from './attachable.ts';
import { DEBUG_TYPE, workerTarget } from './configuration.ts';
import { createCoordinator } from './coordinator.ts';
import { createProvider, dynamicProvider } from './provider.ts';
import { createRoot, type DebugRoot } from './root.ts';

export interface Debugging extends vscode.Disposable {
  /**
   * Attaches to one worker of a running server, in the session there is or in a new one; resolves when its
   * breakpoints are bound.
   */
  attach(host: ServerHost, worker: number): Promise<void>;
  /** And steers new requests to it. */
  debugWorker(host: ServerHost, worker: number): Promise<void>;
}

export interface DebugContext {
  servers: Servers;
  log: Log;
}

export function registerDebugging(context: DebugContext): Debugging {
  const { servers, log } = context;
  const roots = new Map<string, DebugRoot>();
  const provider = createProvider(servers, log);
  const { Dynamic } = vscode.DebugConfigurationProviderTriggerKind;

  function descriptorOf(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const target = workerTarget(session);
    if (target) return new vscode.DebugAdapterServer(target.port, target.host);
    const root = createRoot(session, context);
    roots.set(session.id, root);
    return new vscode.DebugAdapterInlineImplementation(createCoordinator(root));
  }

  const rootOfServer = (host: ServerHost) =>
    [...roots.values()].find(({ server }) => server && server === host.server);

  async function attach(host: ServerHost, worker: number, steer: boolean) {
    const root = rootOfServer(host);
    if (root) return root.add(worker, steer);
    const name = l10n.t('Prefork: Worker {0}', worker);
    const which = attachTo(host);
    const configuration = { type: DEBUG_TYPE, request: 'attach', name, worker, steer, ...which };
    await vscode.debug.startDebugging(undefined, configuration, { suppressSaveBeforeStart: true });
    await rootOfServer(host)?.attached;
  }

  const registered = vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, provider),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, dynamicProvider, Dynamic),
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: descriptorOf,
    }),
    vscode.debug.onDidTerminateDebugSession(({ id }) => roots.delete(id)),
  );
  return {
    attach: (host, worker) => attach(host, worker, false),
    debugWorker: (host, worker) => attach(host, worker, true),
    dispose: () => registered.dispose(),
  };
}
