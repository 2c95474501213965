/**
 * The page in a browser tab, served by the server itself: a WebSocket to where the page came from,
 * with the token from the address. A socket that closes is opened again, ever more patiently.
 */

import type { Command, Hello, StreamEvent } from '../server/stream/protocol.ts';
import type { HostMessage, PageMessage, Transport } from './transport.ts';

const STATE = 'prefork.panel';
const FIRST_RETRY = 250;
const LAST_RETRY = 5000;

export class SocketTransport implements Transport {
  readonly host = 'tab';
  #receive: (message: HostMessage) => void = () => {};
  #socket: WebSocket | null = null;
  /** The newest sequence number received; what to ask after when it connects again. */
  #last = 0;
  #retry = FIRST_RETRY;

  connect(receive: (message: HostMessage) => void): void {
    this.#receive = receive;
  }

  send(message: PageMessage): void {
    if (message.type === 'subscribe') this.#subscribe(message.after);
    else if (message.type === 'command') this.#command(message.command);
    else if (message.type === 'openExternal') openAddress(message.url);
  }

  loadState(): unknown {
    try {
      return JSON.parse(sessionStorage.getItem(STATE) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  }

  saveState(state: unknown): void {
    sessionStorage.setItem(STATE, JSON.stringify(state));
  }

  #subscribe(after: number): void {
    this.#last = after;
    if (!this.#socket) this.#open();
  }

  #command(command: Command): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
    else this.#refuse(command.id);
  }

  #refuse(id: number): void {
    const error = 'The server is not connected.';
    this.#receive({ type: 'events', events: [{ type: 'answer', id, error }] });
  }

  #open(): void {
    const socket = new WebSocket(streamAddress(this.#last));
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data) as StreamEvent[]);
    socket.onclose = () => this.#closed();
    this.#socket = socket;
  }

  #opened(): void {
    this.#retry = FIRST_RETRY;
    this.#receive({ type: 'status', connected: true, server: null });
  }

  #take(events: StreamEvent[]): void {
    this.#last = newest(events, this.#last);
    this.#receive({ type: 'events', events });
  }

  #closed(): void {
    this.#receive({ type: 'status', connected: false, server: null });
    setTimeout(() => this.#open(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }
}

/** VS Code's own addresses are taken by VS Code: the tab stays where it is. */
function openAddress(url: string): void {
  if (url.startsWith('vscode:')) location.assign(url);
  else window.open(url, '_blank', 'noopener');
}

/** `#token=…` stays in the address, so that the tab can be loaded again. */
function streamAddress(after: number): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  const query = new URLSearchParams({ token, after: String(after) });
  return `ws://${location.host}/stream?${query}`;
}

/** The newest sequence number of these events, or `last`. */
function newest(events: readonly StreamEvent[], last: number): number {
  const hello = events.find((event): event is Hello => event.type === 'hello');
  // Another server, whose numbers begin anew.
  const start = hello && hello.newest < last ? 0 : last;
  return events.reduce((max, event) => ('sequence' in event ? event.sequence : max), start);
}
