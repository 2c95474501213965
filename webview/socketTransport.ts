/**
 * The page in a browser tab, served by the server itself: a WebSocket to where the page came from,
 * with the token from the address. A socket that closes is opened again, ever more patiently.
 */

import type { Command, Hello, StreamEvent } from '../server/stream/protocol.ts';
import type { HostMessage, Transport } from './transport.ts';

const STATE = 'prefork.panel';
const FIRST_RETRY = 250;
const LAST_RETRY = 5000;

/** `#token=…` is kept in the address, so that a reload of the tab works. */
function streamAddress(after: number): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  const query = new URLSearchParams({ token, after: String(after) });
  return `ws://${location.host}/stream?${query}`;
}

function loadState(): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(STATE) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** The newest sequence number of these events, or `last`. */
function newest(events: readonly StreamEvent[], last: number): number {
  const hello = events.find((event): event is Hello => event.type === 'hello');
  // Another server, whose numbers begin anew.
  const start = hello && hello.newest < last ? 0 : last;
  return events.reduce((max, event) => ('sequence' in event ? event.sequence : max), start);
}

export function createSocketTransport(): Transport {
  let receive: (message: HostMessage) => void = () => {};
  let socket: WebSocket | null = null;
  let last = 0;
  let retry = FIRST_RETRY;

  const tell = (connected: boolean): void => receive({ type: 'status', connected, server: null });

  function takeFrame({ data }: MessageEvent<string>): void {
    const events = JSON.parse(data) as StreamEvent[];
    last = newest(events, last);
    receive({ type: 'events', events });
  }

  function whenClosed(): void {
    tell(false);
    setTimeout(open, retry);
    retry = Math.min(retry * 2, LAST_RETRY);
  }

  function open(): void {
    socket = new WebSocket(streamAddress(last));
    socket.onmessage = takeFrame;
    socket.onclose = whenClosed;
    socket.onopen = () => {
      retry = FIRST_RETRY;
      tell(true);
    };
  }

  function subscribe(after: number): void {
    last = after;
    if (!socket) open();
  }

  function command(value: Command): void {
    const isOpen = socket?.readyState === WebSocket.OPEN;
    if (isOpen) socket?.send(JSON.stringify(value));
    else refuse(value.id);
  }

  function refuse(id: number): void {
    const error = 'The server is not connected.';
    receive({ type: 'events', events: [{ type: 'answer', id, error }] });
  }

  return {
    host: 'tab',
    connect(listener) {
      receive = listener;
    },
    send(message) {
      if (message.type === 'subscribe') subscribe(message.after);
      else if (message.type === 'command') command(message.command);
      else if (message.type === 'openExternal') window.open(message.url, '_blank', 'noopener');
    },
    loadState,
    saveState: (state) => sessionStorage.setItem(STATE, JSON.stringify(state)),
  };
}
