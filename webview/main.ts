/** Starts the page: with VS Code's messages where there are any, else with a WebSocket. */

import { App } from './components/app.ts';
import { Panel } from './panel.ts';
import { SocketTransport } from './socketTransport.ts';
import type { Transport } from './transport.ts';
import { type AcquireVsCodeApi, createVsCodeTransport } from './vscodeTransport.ts';

declare const acquireVsCodeApi: AcquireVsCodeApi | undefined;

const createTransport = (): Transport =>
  typeof acquireVsCodeApi === 'function'
    ? createVsCodeTransport(acquireVsCodeApi)
    : new SocketTransport();

const app = document.querySelector('prefork-app');
if (app instanceof App) {
  const panel = new Panel(createTransport(), {
    changed: () => app.requestUpdate(),
    news: () => app.news(),
  });
  app.panel = panel;
  // The style sheet brings VS Code's colours where VS Code does not.
  document.documentElement.dataset['host'] = panel.host;
  panel.start(new URLSearchParams(location.hash.slice(1)).get('request'));
}
