/** The panel: a webview in the bottom panel that shows the page and relays the current server's stream to it. */

import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PageMessage, Wish } from '../../webview/transport.ts';
import { messageOf } from '../log.ts';
import { type Attach, replayInDebugger } from '../requests/replay.ts';
import { saveFile } from '../saveFile.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import { answerCommand, type PageDebugging } from './pageCommands.ts';
import { panelPage } from './panelPage.ts';
import { createRelay } from './relay.ts';

export interface PanelOptions {
  servers: Servers;
  /** `dist/webview`. */
  folder: vscode.Uri;
  /** Attaches the debugger to one worker of a server that runs, and sends it all requests. */
  debug: Attach;
  /** Attaches alone. */
  attach: Attach;
}

export interface PanelView extends vscode.Disposable {
  /** Brings it to the front; the host's server becomes the current one. */
  show(host: ServerHost | undefined, wish: Wish): Promise<void>;
}

/** The page that listens now, and what is to be seen as soon as one does. */
interface Shown {
  post: ((wish: Wish) => void) | undefined;
  wish: Wish | undefined;
}

export function createPanel(options: PanelOptions): PanelView {
  const shown: Shown = { post: undefined, wish: undefined };
  const registered = vscode.window.registerWebviewViewProvider('prefork.panel', {
    resolveWebviewView: (view) => resolve(view, options, shown),
  });
  return {
    async show(host, wish) {
      if (host) options.servers.choose(host);
      shown.wish = wish;
      await vscode.commands.executeCommand('prefork.panel.focus');
      tell(shown);
    },
    dispose: () => registered.dispose(),
  };
}

function tell(shown: Shown) {
  if (!shown.post || !shown.wish) return;
  shown.post(shown.wish);
  shown.wish = undefined;
}

async function resolve(
  view: vscode.WebviewView,
  options: PanelOptions,
  shown: Shown,
): Promise<void> {
  const { webview } = view;
  const { servers } = options;
  webview.options = { enableScripts: true, localResourceRoots: [options.folder] };
  const relay = createRelay((message) => void webview.postMessage(message));
  relay.serve(servers.current?.server ?? null);
  function subscribe(after: number) {
    relay.subscribe(after);
    shown.post = (wish) => void webview.postMessage({ type: 'show', wish });
    tell(shown);
  }
  /** A hidden page is gone. */
  function pause() {
    relay.pause();
    shown.post = undefined;
  }
  const listening = vscode.Disposable.from(
    servers.onCurrent((server) => relay.serve(server ?? null)),
    webview.onDidReceiveMessage((message: PageMessage) => {
      if (message.type === 'subscribe') subscribe(message.after);
      else void answer(message, webview, options);
    }),
    view.onDidChangeVisibility(() => view.visible || pause()),
    { dispose: () => relay.close() },
  );
  view.onDidDispose(() => {
    pause();
    listening.dispose();
  });
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

async function answer(message: Asked, webview: vscode.Webview, options: PanelOptions) {
  const host = options.servers.current;
  const server = host?.server;
  if (message.type === 'open') return openFile(server, message.file, message.line);
  if (message.type === 'openExternal') return openAddress(server, message.url);
  if (message.type === 'save') return saveFile(server?.options.root ?? '', message);
  const { id } = message.command;
  const told = await answerCommand(message.command, server, debuggingOf(host, options)).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageOf(error) }),
  );
  await webview.postMessage({ type: 'events', events: [{ type: 'answer', id, ...told }] });
}

/** Without a host no command comes that far. */
const debuggingOf = (
  host: ServerHost | undefined,
  { debug, attach }: PanelOptions,
): PageDebugging => ({
  attach: async (worker) => host && debug(host, worker),
  replay: (replay) => replayInDebugger(host, replay, attach),
});

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
