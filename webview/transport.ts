/**
 * How the page speaks with its host: the VS Code extension, which relays the stream, or the server
 * itself when the page is a browser tab. The page knows only this interface.
 */

import type { ExportedFile } from '../server/stream/commands.ts';
import type { Command, StreamEvent } from '../server/stream/protocol.ts';
import type { ServerInfo } from '../server/stream/serverInfo.ts';

/** In VS Code a request may be sent once more under the debugger: to a worker that it is attached to first. */
export type PageCommand = Command | (Command<'replay'> & { debug: true });

/** What the host wants to be seen: a request, perhaps beside another, or a view. */
export type Wish =
  | { request: string; tab?: 'compare' }
  /** Compared with this one. */
  | { request: string; before: string }
  | { view: 'routes' };

/** Page to host. */
export type PageMessage =
  /** Send what is kept and newer than this sequence number (0: all of it), then what happens. */
  | { type: 'subscribe'; after: number }
  /** Answered by an {@link StreamEvent} of type `answer` that carries the page's own `id`. */
  | { type: 'command'; command: PageCommand }
  /** Show this line (from 1) of a file; `file` is an absolute path that the host sent before. */
  | { type: 'open'; file: string; line: number }
  | { type: 'openExternal'; url: string }
  /** Ask the person where to keep a file. */
  | ({ type: 'save' } & ExportedFile);

/** Host to page. */
export type HostMessage =
  | { type: 'events'; events: StreamEvent[] }
  /** Sent first of all, and whenever it changes. `server` is null while none is known. */
  | { type: 'status'; connected: boolean; server: ServerInfo | null }
  /** Only from the editor. A request may be told of after it. */
  | { type: 'show'; wish: Wish };

export interface Transport {
  /** `editor`: the host can open files. `tab`: it cannot, so their names are copied instead. */
  readonly host: 'editor' | 'tab';
  /** Starts to listen; to be called once. */
  connect(receive: (message: HostMessage) => void): void;
  send(message: PageMessage): void;
  /** What {@link Transport.saveState} kept when the page was last hidden or left; else undefined. */
  loadState(): unknown;
  /** Keeps a JSON value until the page is shown again. */
  saveState(state: unknown): void;
}

/** VS Code's own address of a line. Only the path can hold what an address has no place for. */
export const vscodeAddress = (file: string, line: number): string =>
  `vscode://file${file.split('/').map(encodeURIComponent).join('/')}:${line}`;
