/** A task's terminal: starts the server, shows what it writes, ends it with Ctrl-C or the task. */

import * as vscode from 'vscode';
import { type Log, messageOf } from '../log.ts';
import { withoutToken } from '../logLine.ts';
import { serve } from '../serve.ts';
import { Cancelled } from '../serverProcess.ts';
import type { Servers, Started } from '../servers.ts';
import type { Wanted } from '../wanted.ts';

const CTRL_C = '\x03';

/** Lines that begin so are the task's own: the problem matcher `$prefork` waits for them. */
const OWN = 'Prefork: ';

export function createTaskTerminal(
  servers: Servers,
  log: Log,
  wanted: Wanted,
): vscode.Pseudoterminal {
  const output = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  const write = (line: string) => output.fire(`${withoutToken(line)}\r\n`);
  let started: Started | undefined;
  let state: 'starting' | 'running' | 'ended' = 'starting';

  async function begin() {
    write(`${OWN}starting ${wanted.app}`);
    try {
      started = await serve(servers, log, wanted, { onLine: write, temporary: true });
    } catch (error) {
      return error instanceof Cancelled ? end('ended', 0) : end(`ended: ${messageOf(error)}`, 1);
    }
    const { server } = started;
    server.onExit((reason) => end(reason ? `ended: ${reason}` : 'ended', reason ? 1 : 0));
    state = 'running';
    write(`${OWN}ready at ${server.info.addresses.join(' ')}`);
  }

  function end(line: string, code: number) {
    if (state === 'ended') return;
    state = 'ended';
    write(OWN + line);
    closed.fire(code);
  }

  /** It may have been there before, or have been replaced meanwhile by one that is not this task's. */
  async function stop() {
    if (state === 'starting') return servers.find(wanted)?.stop();
    const { host, server, fresh } = started ?? {};
    if (fresh && server === host?.server) return host?.stop();
    end('ended: its server was there before, and goes on', 0);
  }

  return {
    onDidWrite: output.event,
    onDidClose: closed.event,
    open: () => void begin(),
    handleInput: (text) => void (text === CTRL_C && stop()),
    close: () => void (state !== 'ended' && stop()),
  };
}
