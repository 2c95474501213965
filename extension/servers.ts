/**
 * The window's servers: a host for each app hook that was started, and which of them is the current one, which
 * the panel and the status bar show and which commands mean that are about none in particular.
 */

import { createEmitter, type Event } from './emitter.ts';
import type { Server } from './server.ts';
import {
  createServerHost,
  type Environment,
  type ServerHost,
  type StartMore,
} from './serverHost.ts';
import type { ServerOptions } from './serverProcess.ts';
import type { Wanted } from './wanted.ts';

/** An app hook in the folder that it is imported from: what tells one server from another. */
export type Hook = Pick<Wanted, 'app' | 'root'>;

/** What a plan for a server has to know of those that there are. */
export interface Ports {
  /** That of the same app hook's server, if there is one. */
  own: number | undefined;
  /** Those of the others, which may not listen yet. */
  taken: number[];
}

export interface Started {
  host: ServerHost;
  server: Server;
  /** It was not there before. */
  fresh: boolean;
}

export interface Servers {
  /** Those that are not stopped, in the order in which their app hooks were first started. */
  readonly all: readonly ServerHost[];
  /** The last that was started or chosen; one that runs, if any does. */
  readonly current: ServerHost | undefined;
  /** The state of any of them changed, or which is the current one. */
  readonly onChange: Event<void>;
  /** Another server is the current one; undefined: none is. */
  readonly onCurrent: Event<Server | undefined>;
  /** One is there, or gone (undefined). */
  readonly onServer: Event<{ host: ServerHost; server: Server | undefined }>;
  /** One ended by itself; the line that says why. */
  readonly onCrash: Event<{ host: ServerHost; reason: string }>;
  choose(host: ServerHost): void;
  /** The host of an app hook that was started once. */
  find(hook: Hook): ServerHost | undefined;
  /**
   * Starts it beside the others, or instead of the one of the same app hook, if what is planned differs.
   * @param plan called one at a time, so that no port is given twice
   */
  start(
    hook: Hook,
    plan: (ports: Ports) => Promise<ServerOptions>,
    more?: StartMore,
  ): Promise<Started>;
  stop(): Promise<void>;
}

const keyOf = ({ app, root }: Hook) => JSON.stringify([root, app]);

export function createServers(environment: Environment): Servers {
  const changes = createEmitter<void>();
  const currents = createEmitter<Server | undefined>();
  const servers = createEmitter<{ host: ServerHost; server: Server | undefined }>();
  const crashes = createEmitter<{ host: ServerHost; reason: string }>();
  const hosts = new Map<string, ServerHost>();
  /** Planned, but perhaps not known to their hosts yet. */
  const planned = new Map<ServerHost, ServerOptions>();
  /** The last that was started or chosen comes first. */
  let chosen: ServerHost[] = [];
  let shown: Server | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const isLive = (host: ServerHost) => host.state !== 'stopped';

  function changed() {
    const live = chosen.find((host) => isLive(host) || planned.has(host));
    if (live && live !== chosen[0]) chosen = [live, ...chosen.filter((other) => other !== live)];
    const server = chosen[0]?.server;
    if (server !== shown) {
      shown = server;
      currents.fire(server);
    }
    changes.fire();
  }

  function hostOf(hook: Hook): ServerHost {
    const key = keyOf(hook);
    const host = hosts.get(key) ?? createServerHost(environment);
    if (!hosts.has(key)) {
      hosts.set(key, host);
      host.onChange(changed);
      host.onServer((server) => {
        servers.fire({ host, server });
        changed();
      });
      host.onCrash((reason) => crashes.fire({ host, reason }));
    }
    return host;
  }

  function choose(host: ServerHost) {
    chosen = [host, ...chosen.filter((other) => other !== host)];
    changed();
  }

  function portOf(host: ServerHost): number | undefined {
    return (planned.get(host) ?? (isLive(host) ? host.options : undefined))?.port;
  }

  function portsFor(host: ServerHost): Ports {
    const others = [...hosts.values()].filter((other) => other !== host);
    return { own: portOf(host), taken: others.flatMap((other) => portOf(other) ?? []) };
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work, work);
    turn = done.catch(() => {});
    return done;
  }

  return {
    get all() {
      return [...hosts.values()].filter(isLive);
    },
    get current() {
      return chosen[0];
    },
    onChange: changes.event,
    onCurrent: currents.event,
    onServer: servers.event,
    onCrash: crashes.event,
    choose,
    find: (hook) => hosts.get(keyOf(hook)),
    async start(hook, plan, more) {
      const host = hostOf(hook);
      const options = await inTurn(async () => {
        const options = await plan(portsFor(host));
        planned.set(host, options);
        return options;
      });
      choose(host);
      try {
        const server = await host.start(options, more);
        return { host, server, fresh: server.options === options };
      } finally {
        if (planned.get(host) === options) planned.delete(host);
        changed();
      }
    },
    async stop() {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
    },
  };
}
