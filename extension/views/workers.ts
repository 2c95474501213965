/** The Workers tree: every server, and below it every live worker with its state. */

import * as vscode from 'vscode';
import type { WorkerEvent, WorkerState } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import type { HostState, ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import type { Row } from '../subject.ts';

type Node = Row & { event?: WorkerEvent };

const ICONS: Record<WorkerState, [icon: string, color?: string]> = {
  booting: ['loading~spin'],
  ready: ['circle-filled', 'testing.iconPassed'],
  retiring: ['circle-outline', 'disabledForeground'],
  paused: ['debug-pause', 'debugIcon.pauseForeground'],
  broken: ['error', 'testing.iconFailed'],
  exited: ['circle-slash'],
};

const SERVER_ICONS: Partial<Record<HostState, string>> = {
  starting: 'loading~spin',
  stopping: 'loading~spin',
  broken: 'error',
};

/** Several changes within this many milliseconds are drawn once. */
const SETTLE = 100;

export function createWorkersView(servers: Servers): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let timer: NodeJS.Timeout | undefined;
  const listening = servers.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire(undefined);
    }, SETTLE);
  });
  const tree = vscode.window.createTreeView<Node>('prefork.workers', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => childrenOf(servers, node),
      getTreeItem: (node) => (node.event ? workerItem(node.event) : serverItem(node.host, servers)),
    },
  });
  return vscode.Disposable.from(tree, changed, listening, { dispose: () => clearTimeout(timer) });
}

function childrenOf(servers: Servers, node: Node | undefined): Node[] {
  if (!node) return servers.all.map((host) => ({ host }));
  if (node.event) return [];
  const workers = node.host.server?.model.workers ?? [];
  return workers.map((event) => ({ host: node.host, worker: event.worker, event }));
}

function serverItem(host: ServerHost, { all, current }: Servers): vscode.TreeItem {
  const { app = '', root = '' } = host.options ?? {};
  const item = new vscode.TreeItem(app, vscode.TreeItemCollapsibleState.Expanded);
  const shown = host === current && all.length > 1;
  const hasNamesake = all.some((other) => other !== host && other.options?.app === app);
  const facts = factsOf(host, hasNamesake ? vscode.workspace.asRelativePath(root) : '');
  item.id = `${root} ${app}`;
  item.description = facts.join(' · ');
  item.iconPath = new vscode.ThemeIcon(
    SERVER_ICONS[host.state] ?? 'server-process',
    shown ? new vscode.ThemeColor('charts.blue') : undefined,
  );
  item.contextValue = ['server', host.state].join(' ');
  const label = [app, ...facts, ...(shown ? [l10n.t('shown')] : [])].join(', ');
  item.accessibilityInformation = { label };
  const addresses = host.server?.info.addresses ?? [];
  item.tooltip = [l10n.t('{0} in {1}', app, root), ...addresses].join('\n');
  item.command = {
    command: 'prefork.switchServer',
    title: l10n.t('Show This Server'),
    arguments: [{ host } satisfies Row],
  };
  return item;
}

/** @param folder empty where the app hook alone says which it is */
function factsOf({ state, server }: ServerHost, folder: string): string[] {
  const port = /:(\d+)$/.exec(server?.info.addresses[0] ?? '')?.[0];
  const facts = [
    port,
    folder,
    server && l10n.t('gen {0}', server.model.server?.generation ?? 1),
    state === 'starting' && l10n.t('starting'),
    state === 'stopping' && l10n.t('stopping'),
  ];
  return facts.filter((fact) => typeof fact === 'string' && fact !== '') as string[];
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
    ...(event.steered ? [l10n.t('takes all requests')] : []),
    requests === 1 ? l10n.t('1 request') : l10n.t('{0} requests', requests),
    l10n.t('gen {0}', generation),
    l10n.t('pid {0}', event['process.pid']),
  ];
  const pending = event.reload_pending ? [l10n.t('reload pending')] : [];
  return (event.state === 'ready' ? facts : [...pending, state, ...facts]).join(' · ');
}

function tooltip(event: WorkerEvent): string {
  const lines = [l10n.t('Worker {0}: {1}', event.worker, describe(event))];
  if (event.boot) lines.push(l10n.t('Ready {0} ms after its fork', Math.round(event.boot / 1000)));
  const { debugger: listening } = event;
  if (listening) lines.push(l10n.t('debugpy listens on {0}:{1}', listening.host, listening.port));
  if (event.attached) lines.push(l10n.t('A debugger is attached'));
  return lines.join('\n');
}
