/**
 * The root session's debug adapter, inside the extension: it debugs nothing itself (no threads), but
 * starts, reloads and stops the server, and is the parent of one session per worker.
 */

import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Event } from '../emitter.ts';
import { l10n } from '../l10n.ts';
import { messageOf } from '../log.ts';
import { EXCEPTION_FILTERS } from './exceptionFilters.ts';

/** What the coordinator's requests mean. Each may throw one line for the user. */
export interface Root {
  /** launch and attach: from here on there is a server. */
  begin(): Promise<void>;
  /** Breakpoints are known: attach to the workers. */
  attachWorkers(): Promise<void>;
  reload(): Promise<void>;
  /** Ends what it began, and no more. */
  end(): Promise<void>;
  /** The server is gone. */
  readonly onEnded: Event<void>;
  readonly onOutput: Event<DebugProtocol.OutputEvent['body']>;
}

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  exceptionBreakpointFilters: EXCEPTION_FILTERS,
};

type Handler = (request: DebugProtocol.Request) => unknown;

export function createCoordinator(root: Root): vscode.DebugAdapter {
  const messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  let sequence = 0;

  function send(message: object) {
    messages.fire({ seq: ++sequence, ...message } as vscode.DebugProtocolMessage);
  }

  const sendEvent = (event: string, body?: object) => send({ type: 'event', event, body });
  const begin = async () => {
    await root.begin();
    sendEvent('initialized');
  };
  const end = async () => {
    await root.end();
    sendEvent('terminated');
  };
  const handlers: Record<string, Handler> = {
    initialize: () => CAPABILITIES,
    launch: begin,
    attach: begin,
    setBreakpoints: ({ arguments: wanted }) => unbound(wanted),
    threads: () => ({ threads: [] }),
    // Answered first: the editor waits for it before it shows the sessions that this starts.
    configurationDone: () => void root.attachWorkers(),
    restart: () => root.reload(),
    disconnect: end,
    terminate: end,
  };

  async function handle(request: DebugProtocol.Request) {
    const answer = { type: 'response', request_seq: request.seq, command: request.command };
    try {
      send({ ...answer, success: true, body: await handlers[request.command]?.(request) });
    } catch (error) {
      const told = { id: 1, format: messageOf(error).replace(/[{}]/g, ''), showUser: true };
      send({ ...answer, success: false, message: told.format, body: { error: told } });
    }
  }

  const listening = [
    root.onEnded(() => sendEvent('terminated')),
    root.onOutput((body) => sendEvent('output', body)),
  ];
  return {
    onDidSendMessage: messages.event,
    handleMessage: (message) => void handle(message as DebugProtocol.Request),
    dispose() {
      for (const one of [...listening, messages]) one.dispose();
    },
  };
}

/** The workers' sessions bind them; where none does, the editor shows these as pending. */
function unbound({ breakpoints = [] }: DebugProtocol.SetBreakpointsArguments) {
  const message = l10n.t('No worker that is being debugged has loaded this line yet.');
  return { breakpoints: breakpoints.map(({ line }) => ({ verified: false, line, message })) };
}
