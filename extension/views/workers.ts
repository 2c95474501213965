/** The Workers tree: the server, and below it every live worker with its state. */

import * as vscode from 'vscode';
import type { WorkerEvent, WorkerState } from '../../server/stream/protocol.ts';
import type { WorkerItem } from '../commands.ts';
import { l10n } from '../l10n.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';

type Node =
  | { kind: 'server'; server: Server }
  | ({ kind: 'worker'; event: WorkerEvent } & WorkerItem);

const ICONS: Record<WorkerState, [icon: string, color?: string]> = {
  booting: ['loading~spin'],
  ready: ['circle-filled', 'testing.iconPassed'],
  retiring: ['circle-outline', 'disabledForeground'],
  paused: ['debug-pause', 'debugIcon.pauseForeground'],
  broken: ['error', 'testing.iconFailed'],
  exited: ['circle-slash'],
};

/** Several changes within this many milliseconds are drawn once. */
const SETTLE = 100;

export function createWorkersView(host: ServerHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let timer: NodeJS.Timeout | undefined;
  const listening = host.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire(undefined);
    }, SETTLE);
  });
  const tree = vscode.window.createTreeView<Node>('prefork.workers', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => childrenOf(host, node),
      getTreeItem: (node) =>
        node.kind === 'server' ? serverItem(node.server) : workerItem(node.event),
    },
  });
  return vscode.Disposable.from(tree, changed, listening, { dispose: () => clearTimeout(timer) });
}

function childrenOf(host: ServerHost, node: Node | undefined): Node[] {
  if (!host.server) return [];
  if (!node) return [{ kind: 'server', server: host.server }];
  if (node.kind === 'worker') return [];
  return node.server.model.workers.map((event) => ({
    kind: 'worker',
    worker: event.worker,
    event,
  }));
}

function serverItem({ info, model, options }: Server): vscode.TreeItem {
  const item = new vscode.TreeItem(options.app, vscode.TreeItemCollapsibleState.Expanded);
  const state = model.server?.state ?? 'running';
  const port = /:(\d+)$/.exec(info.addresses[0] ?? '')?.[0] ?? '';
  item.id = 'server';
  item.description = [port, l10n.t('gen {0}', model.server?.generation ?? 1)]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon(state === 'broken' ? 'error' : 'server-process');
  item.contextValue = 'server';
  item.tooltip = [l10n.t('{0} in {1}', options.app, options.root), ...info.addresses].join('\n');
  return item;
}

function workerItem(event: WorkerEvent): vscode.TreeItem {
  const item = new vscode.TreeItem(l10n.t('Worker {0}', event.worker));
  const [icon, color] = ICONS[event.state];
  const description = describe(event);
  item.id = `worker ${event['process.pid']}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  item.contextValue = ['worker', event.state, event.steered && 'steered'].filter(Boolean).join(' ');
  item.accessibilityInformation = {
    label: l10n.t('Worker {0}, {1}, {2}', event.worker, stateOf(event), description),
  };
  item.tooltip = tooltip(event);
  return item;
}

/** A state's name, for a person. */
function stateOf({ state }: WorkerEvent): string {
  const names: Record<WorkerState, string> = {
    booting: l10n.t('booting'),
    ready: l10n.t('ready'),
    retiring: l10n.t('retiring'),
    paused: l10n.t('paused'),
    broken: l10n.t('broken'),
    exited: l10n.t('exited'),
  };
  return names[state];
}

/** What is worth knowing first: a narrow side bar cuts the rest. */
function describe(event: WorkerEvent): string {
  const paused = event.state === 'paused';
  const state = paused ? l10n.t('paused at {0}', event.paused_at ?? '?') : stateOf(event);
  const { requests, generation } = event;
  const facts = [
    ...(event.reload_pending ? [l10n.t('reload pending')] : []),
    ...(event.steered ? [l10n.t('takes all requests')] : []),
    requests === 1 ? l10n.t('1 request') : l10n.t('{0} requests', requests),
    l10n.t('gen {0}', generation),
    l10n.t('pid {0}', event['process.pid']),
  ];
  return (event.state === 'ready' ? facts : [state, ...facts]).join(' · ');
}

function tooltip(event: WorkerEvent): string {
  const lines = [l10n.t('Worker {0}: {1}', event.worker, describe(event))];
  if (event.boot) lines.push(l10n.t('Ready {0} ms after its fork', Math.round(event.boot / 1000)));
  const { debugger: listening } = event;
  if (listening) lines.push(l10n.t('debugpy listens on {0}:{1}', listening.host, listening.port));
  if (event.attached) lines.push(l10n.t('A debugger is attached'));
  return lines.join('\n');
}
