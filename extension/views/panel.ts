/** The panel: a webview in the bottom panel that shows the page and relays the current server's stream to it. */

import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PageMessage } from '../../webview/transport.ts';
import { messageOf } from '../log.ts';
import { saveFile } from '../saveFile.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import { answerCommand } from './pageCommands.ts';
import { panelPage } from './panelPage.ts';
import { createRelay } from './relay.ts';

export interface PanelOptions {
  servers: Servers;
  /** `dist/webview`. */
  folder: vscode.Uri;
  /** Attaches the debugger to one worker of a server that runs. */
  debug(host: ServerHost, worker: number): Promise<void>;
}

export function createPanel(options: PanelOptions): vscode.Disposable {
  return vscode.window.registerWebviewViewProvider('prefork.panel', {
    resolveWebviewView: (view) => show(view, options),
  });
}

async function show(view: vscode.WebviewView, options: PanelOptions): Promise<void> {
  const { webview } = view;
  const { servers } = options;
  webview.options = { enableScripts: true, localResourceRoots: [options.folder] };
  const relay = createRelay((message) => void webview.postMessage(message));
  relay.serve(servers.current?.server ?? null);
  const listening = vscode.Disposable.from(
    servers.onCurrent((server) => relay.serve(server ?? null)),
    webview.onDidReceiveMessage((message: PageMessage) => {
      if (message.type === 'subscribe') relay.subscribe(message.after);
      else void answer(message, webview, options);
    }),
    view.onDidChangeVisibility(() => view.visible || relay.pause()),
    { dispose: () => relay.close() },
  );
  view.onDidDispose(() => listening.dispose());
  webview.html = await pageOf(webview, options.folder);
}

async function pageOf(webview: vscode.Webview, folder: vscode.Uri): Promise<string> {
  return panelPage({
    html: await readFile(vscode.Uri.joinPath(folder, 'index.html').fsPath, 'utf8'),
    cspSource: webview.cspSource,
    address: (name) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString(),
  });
}

type Asked = Exclude<PageMessage, { type: 'subscribe' }>;

async function answer(message: Asked, webview: vscode.Webview, { servers, debug }: PanelOptions) {
  const host = servers.current;
  const server = host?.server;
  if (message.type === 'open') return openFile(server, message.file, message.line);
  if (message.type === 'openExternal') return openAddress(server, message.url);
  if (message.type === 'save') return saveFile(server?.options.root ?? '', message);
  const { id } = message.command;
  const told = await answerCommand(message.command, server, async (worker) =>
    host ? debug(host, worker) : undefined,
  ).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageOf(error) }),
  );
  await webview.postMessage({ type: 'events', events: [{ type: 'answer', id, ...told }] });
}

/** Only what the stream itself named: the page shows captured data, and that is not to be trusted. */
async function openFile(server: Server | undefined, file: string, line: number) {
  if (!server?.history.names(file)) return;
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  const selection = new vscode.Range(at, at);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection, preview: true });
}

async function openAddress(server: Server | undefined, url: string) {
  const origins = server?.info.addresses ?? [];
  const isOwn = URL.canParse(url) && origins.includes(new URL(url).origin);
  if (!isOwn && !server?.history.leadsTo(url)) return;
  // It makes the address one of the user's machine by itself, wherever the server runs.
  await vscode.env.openExternal(vscode.Uri.parse(url));
}
