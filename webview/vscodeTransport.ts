/** The page inside VS Code: the extension relays the stream in messages. */

import type { HostMessage, PageMessage, Transport } from './transport.ts';

interface VsCodeApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** What VS Code gives to a webview, once. */
export type AcquireVsCodeApi = () => VsCodeApi;

export function createVsCodeTransport(acquire: AcquireVsCodeApi): Transport {
  const api = acquire();
  return {
    host: 'editor',
    connect(receive) {
      window.addEventListener('message', (event: MessageEvent<HostMessage>) => receive(event.data));
    },
    send: (message) => api.postMessage(message),
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}
