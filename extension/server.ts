/** One running server: its process, its stream, what it told so far. */

import type { CommandName, Commands, Hello, KeptEvent } from '../server/stream/protocol.ts';
import type { ServerInfo } from '../server/stream/serverInfo.ts';
import { createEmitter, type Event } from './emitter.ts';
import { createHistory, type History } from './history.ts';
import { l10n } from './l10n.ts';
import { createServerModel, type ServerModel } from './serverModel.ts';
import { type ServerOptions, startServerProcess } from './serverProcess.ts';
import { connectStream } from './stream.ts';

export interface Server {
  readonly options: ServerOptions;
  readonly info: ServerInfo;
  readonly model: ServerModel;
  readonly history: History;
  readonly connected: boolean;
  readonly onEvents: Event<KeptEvent[]>;
  /** What the last connection began with. */
  readonly hello: Hello | undefined;
  readonly onHello: Event<Hello>;
  readonly onConnected: Event<boolean>;
  /** The model changed. */
  readonly onChange: Event<void>;
  /** What to say when it ended by itself; undefined after {@link stop}. */
  readonly onExit: Event<string | undefined>;
  send<Name extends CommandName>(
    command: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** `dist/server.js`. */
  script: string;
  /** Where a server keeps what it knows over a restart; undefined: nowhere. */
  historyOf?(hook: Pick<ServerOptions, 'app' | 'root'>): string | undefined;
  server: ServerOptions;
  onLine(line: string): void;
  signal: AbortSignal;
}

/** @throws with the line that says why, when the server ends before it is ready */
export async function startServer({
  script,
  historyOf,
  server,
  onLine,
  signal,
}: StartOptions): Promise<Server> {
  const program = { script, history: historyOf?.(server) };
  const child = await startServerProcess(program, server, onLine, signal);
  const url = child.info.stream;
  if (url === null)
    throw new Error(l10n.t('The server has no stream: take "--no-panel" out of its args.'));
  const stream = connectStream(url);
  const model = createServerModel();
  const history = createHistory();
  const changes = createEmitter<void>();
  stream.onEvents((events) => {
    history.add(events);
    if (model.apply(events)) changes.fire();
  });
  let hello: Hello | undefined;
  stream.onHello((told) => {
    hello = told;
  });
  child.onExit(() => stream.close());
  return {
    options: server,
    info: child.info,
    model,
    history,
    get connected() {
      return stream.connected;
    },
    onEvents: stream.onEvents,
    get hello() {
      return hello;
    },
    onHello: stream.onHello,
    onConnected: stream.onConnected,
    onChange: changes.event,
    onExit: child.onExit,
    send: stream.send,
    stop: child.stop,
  };
}
