/** One app hook's server: none, one that starts, or one that runs. One change at a time. */

import { isDeepStrictEqual } from 'node:util';
import { createEmitter, type Event } from './emitter.ts';
import type { Server, StartOptions } from './server.ts';
import { startServer } from './server.ts';
import type { ServerOptions } from './serverProcess.ts';

export type HostState = 'stopped' | 'starting' | 'running' | 'reloading' | 'broken' | 'stopping';

export interface StartMore {
  /** Hears each line that this server writes. */
  onLine?(line: string): void;
  /** Another process in any case. */
  again?: boolean;
}

export interface ServerHost {
  readonly state: HostState;
  readonly server: Server | undefined;
  /** What the last start was asked for; Restart takes it again. */
  readonly options: ServerOptions | undefined;
  /** State, workers or reload changed. */
  readonly onChange: Event<void>;
  /** A server is there, or gone (undefined). */
  readonly onServer: Event<Server | undefined>;
  /** It ended by itself; the line that says why. */
  readonly onCrash: Event<string>;
  /**
   * What runs is the answer if it was started with the same options; else it is ended first.
   * @throws when the server does not get ready
   */
  start(options: ServerOptions, more?: StartMore): Promise<Server>;
  stop(): Promise<void>;
}

/** What every start has in common. */
export type Environment = Pick<StartOptions, 'script' | 'historyOf' | 'onLine'>;

export function createServerHost(environment: Environment): ServerHost {
  const changes = createEmitter<void>();
  const servers = createEmitter<Server | undefined>();
  const crashes = createEmitter<string>();
  let server: Server | undefined;
  let options: ServerOptions | undefined;
  let phase: 'starting' | 'stopping' | undefined;
  /** What runs is ended for another, so that there is no moment without one. */
  let next = false;
  let starting: AbortController | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** Starts and stops wait for each other, so that there are never two servers. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work, work);
    turn = done.catch(() => {});
    return done;
  }

  function enter(now: typeof phase) {
    phase = now;
    changes.fire();
  }

  async function startNow(wanted: ServerOptions, more: StartMore): Promise<Server> {
    if (server && !more.again && isDeepStrictEqual(wanted, server.options)) return server;
    next = true;
    await stopNow();
    next = false;
    options = wanted;
    starting = new AbortController();
    enter('starting');
    try {
      const onLine = (line: string) => {
        environment.onLine(line);
        more.onLine?.(line);
      };
      const { signal } = starting;
      server = await startServer({ ...environment, onLine, server: wanted, signal });
    } finally {
      starting = undefined;
      enter(undefined);
    }
    watch(server);
    servers.fire(server);
    return server;
  }

  function watch(started: Server) {
    started.onChange(() => changes.fire());
    started.onExit((reason) => {
      server = undefined;
      enter(next ? 'starting' : undefined);
      servers.fire(undefined);
      if (reason !== undefined) crashes.fire(reason);
    });
  }

  async function stopNow() {
    if (!server) return;
    enter('stopping');
    await server.stop();
  }

  return {
    get state() {
      if (phase) return phase;
      return server ? (server.model.server?.state ?? 'running') : 'stopped';
    },
    get server() {
      return server;
    },
    get options() {
      return options;
    },
    onChange: changes.event,
    onServer: servers.event,
    onCrash: crashes.event,
    start: (wanted, more = {}) => inTurn(() => startNow(wanted, more)),
    stop() {
      starting?.abort();
      return inTurn(stopNow);
    },
  };
}
