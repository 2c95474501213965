/** The Workers tree: every server, and below it every live worker with its state. */

import * as vscode from 'vscode';
import type { WorkerState } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import type { HostState, ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import type { Row } from '../subject.ts';
import { describe, type Shown, shownOf, stateOf, tooltip } from './workerText.ts';

type Node = Row & { worked?: Shown };

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

/** How often it is told how long a request runs. Milliseconds. */
const TICK = 1000;

/** Several changes within this many milliseconds are drawn once. */
const SETTLE = 100;

export function createWorkersView(servers: Servers): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let timer: NodeJS.Timeout | undefined;
  let clock: NodeJS.Timeout | undefined;
  const draw = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire(undefined);
      clearTimeout(clock);
      if (tree.visible && servers.all.some(isBusy)) clock = setTimeout(draw, TICK);
    }, SETTLE);
  };
  const tree = vscode.window.createTreeView<Node>('prefork.workers', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => childrenOf(servers, node),
      getTreeItem: (node) =>
        node.worked ? workerItem(node.worked) : serverItem(node.host, servers),
    },
  });
  const stop = () => {
    clearTimeout(timer);
    clearTimeout(clock);
  };
  return vscode.Disposable.from(
    tree,
    changed,
    servers.onChange(draw),
    tree.onDidChangeVisibility(draw),
    { dispose: stop },
  );
}

function childrenOf(servers: Servers, node: Node | undefined): Node[] {
  if (!node) return servers.all.map((host) => ({ host }));
  const { host, worked } = node;
  if (worked || !host.server) return [];
  const { model } = host.server;
  return model.workers.map((event) => ({
    host,
    worker: event.worker,
    pid: event['process.pid'],
    worked: shownOf(model, event),
  }));
}

/** Something runs, for longer each second. */
function isBusy({ server }: ServerHost): boolean {
  const model = server?.model;
  return model?.workers.some((worker) => model.running(worker['process.pid']).length > 0) ?? false;
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

function workerItem(shown: Shown): vscode.TreeItem {
  const { event } = shown;
  const item = new vscode.TreeItem(l10n.t('Worker {0}', event.worker));
  const [icon, color] = ICONS[event.state];
  const description = describe(shown, Date.now());
  item.id = `worker ${event['process.pid']}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  const marks = [event.attached && 'attached', event.steered && 'steered'];
  item.contextValue = ['worker', event.state, ...marks].filter(Boolean).join(' ');
  item.accessibilityInformation = {
    label: l10n.t('Worker {0}, {1}, {2}', event.worker, stateOf(event), description),
  };
  item.tooltip = tooltip(shown, Date.now());
  return item;
}
