/** A root session's meaning: `launch` owns the server it starts, `attach` borrows a running one. */

import type { DebugProtocol } from '@vscode/debugprotocol';
import type * as vscode from 'vscode';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { createEmitter } from '../emitter.ts';
import { l10n } from '../l10n.ts';
import { messageOf } from '../log.ts';
import { serve } from '../serve.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';
import { wantedBy } from '../wanted.ts';
import { meant } from './attachable.ts';
import type { RootConfiguration } from './configuration.ts';
import type { Root } from './coordinator.ts';
import type { DebugContext } from './register.ts';
import { createWorkerSessions, type WorkerSessions } from './workerSessions.ts';

export interface DebugRoot extends Root {
  readonly server: Server | undefined;
  /** Debugs this worker too, and, if wanted, steers new requests to it. */
  add(worker: number, steer: boolean): Promise<void>;
  /** Resolves when breakpoints are bound in the workers that the configuration asks for. */
  readonly attached: Promise<void>;
}

/** ERROR in OpenTelemetry's severity numbers. */
const ERROR = 17;

export function createRoot(session: vscode.DebugSession, context: DebugContext): DebugRoot {
  const { servers, log } = context;
  const configuration = session.configuration as RootConfiguration;
  const ended = createEmitter<void>();
  const output = createEmitter<DebugProtocol.OutputEvent['body']>();
  const listening: { dispose(): void }[] = [];
  let server: Server | undefined;
  /** Whose server this session started, and so is to stop. */
  let owned: ServerHost | undefined;
  let workers: WorkerSessions | undefined;
  let tellAttached = () => {};
  const attached = new Promise<void>((resolve) => {
    tellAttached = resolve;
  });

  async function begin() {
    server = await find();
    if (!server) throw new Error(l10n.t('No server is running to attach to.'));
    const fail = (message: string) => log.fail(message);
    workers = createWorkerSessions({ root: session, server, fail });
    listening.push(
      server.onEvents((events) => {
        for (const event of events) if (event.type === 'log') output.fire(outputOf(event));
      }),
      server.onExit(giveUp),
    );
  }

  async function find(): Promise<Server | undefined> {
    if (configuration.request !== 'launch') return meant(servers, configuration)[0]?.server;
    const started = await serve(servers, log, wantedBy(configuration), { temporary: true });
    if (started.fresh) owned = started.host;
    return started.server;
  }

  async function attachWorkers() {
    if (configuration['noDebug']) return;
    try {
      await attachAsConfigured();
    } catch (error) {
      log.fail(messageOf(error));
    } finally {
      tellAttached();
      if (configuration.request === 'attach' && workers?.idle) giveUp();
    }
  }

  /** A session that debugs nothing would only look as if it did. */
  function giveUp() {
    leave();
    ended.fire();
  }

  async function attachAsConfigured() {
    const { worker, steer = true } = configuration;
    if (typeof worker === 'number') return add(worker, steer);
    const attached = await workers?.debug('all');
    // What runs at import has run: so once more, and from now on under the debugger.
    const again = configuration.request === 'launch' && configuration.debugImport;
    if (attached && again) await reload();
  }

  async function add(worker: number, steer: boolean) {
    const attached = await workers?.debug(worker);
    if (attached && steer) await server?.send('steer', { worker });
  }

  const reload = async () => void (await server?.send('reload', {}));

  function leave() {
    tellAttached();
    workers?.dispose();
    for (const one of listening.splice(0)) one.dispose();
  }

  async function end() {
    await workers?.detach();
    leave();
    // It may have been replaced meanwhile by one that is not ours.
    if (owned && server === owned.server) await owned.stop();
  }

  return {
    get server() {
      return server;
    },
    begin,
    attachWorkers,
    end,
    reload,
    add,
    attached,
    onEnded: ended.event,
    onOutput: output.event,
  };
}

function outputOf(event: LogEvent): DebugProtocol.OutputEvent['body'] {
  const path = event['code.file.path'];
  const line = event['code.line.number'];
  return {
    category: event.severity_number >= ERROR ? 'stderr' : 'stdout',
    output: `${event.body}\n`,
    ...(path ? { source: { path } } : {}),
    ...(line ? { line } : {}),
  };
}
